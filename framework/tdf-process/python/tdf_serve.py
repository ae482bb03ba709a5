"""A domain in Python for tdf: a language whose programs are rendered, or run, by a class.

    import tdf_serve

    class Stripes:
        name = "stripes"
        canvas = (32, 32, 3)  # width, height, channels

        def render(self, program):
            ...  # bytes, rows from the top

    tdf_serve.serve(Stripes)

The package `tdf` has this module, too: with `import tdf` in place of `import tdf_serve`, write `tdf.serve`, `tdf.Node`, `tdf.NoImage`.

The table `domain` of the .toml beside the grammar names the file: `command = ["python3", "stripes.py"]`. tdf starts it, in several
processes if it has several cores. This module needs nothing but Python 3.8; it speaks version 1 of the protocol in
docs/plugins.md.

A class may have:

    name             name on the command line
    canvas           width, height, channels (1 or 3) of images, and the value of an empty sample (default: 255)
    render(program)  the image: bytes, or an array of NumPy with whole numbers from 0 to 255
    palette          colours that shapes may have: triples
    size             what counts as the size of a program, such as "Tile,Disc=2"; "nodes" or "tokens"
    options          what a user may set with `--set domain.NAME=VALUE`: a dictionary from names to (default, least, greatest), or to
                     a list of words, the default first; the values are the keywords of `__init__`
    criteria         names of the success criteria, the default first
    solved(criterion, image, target), distance(image, target), is_uninformative(image)
    canonical(program), svg(program), shown(program)    texts, or None

If programs take inputs, then in place of `canvas` and `render`:

    arguments        the least and the greatest number of arguments
    argument_kinds   a list of "text", "integer", "integers", "numbers" and "boolean"
    output_kinds     the same of outputs, the usual one first
    max_output       bytes of the longest output (default: 60)
    run(program, *arguments)        the output, or None if the program fails
    sample_inputs(random)           rows of arguments to learn from; `random` is a random.Random
    constants(inputs, outputs)      texts of programs that the examples suggest
    solved(criterion, outputs, targets), distance(outputs, targets), is_uninformative(inputs, outputs)
"""

import json
import os
import random
import struct
import sys
import traceback

PROTOCOL = 1

_NO_TOKEN = 0xFFFFFFFF
_ANSWER, _FAILURE, _NO_IMAGE = 0, 1, 2
_KINDS = {"text": 1, "integer": 2, "integers": 3, "numbers": 4, "boolean": 5}
_OPTIONAL = ("solved", "distance", "is_uninformative", "canonical", "svg", "shown", "constants")


class NoImage(Exception):
    """The program has no image, for the reason that is given. Nothing is wrong: another program is taken."""


class Node:
    """A node of a program: one use of an alternative of a rule.

    `label` is the label of the alternative (`Tile` for `=> Scene::Tile`), or the name of the rule if it has none. `rule` is the rule.
    Children stand in the order of the grammar: `node[0]`, `len(node)`, `for child in node`. A child with a name is an attribute:
    `node.color` for `<color:Color>`, and also `node["color"]`, for names such as `label`. `text` is the text that was chosen in the
    node and below: `float(node.text)` is the number of a terminal.
    """

    __slots__ = ("label", "rule", "children", "_fields", "_tokens")

    def __init__(self, label, rule, children, fields, tokens):
        self.label = label
        self.rule = rule
        self.children = children
        self._fields = fields
        self._tokens = tokens

    @property
    def text(self):
        """The text that was chosen in the node and below."""
        parts = []
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node._tokens is not None:
                parts.append(node._tokens)
            waiting.extend(reversed(node.children))
        return "".join(parts)

    def __getattr__(self, name):
        try:
            return self.children[self._fields[name]]
        except (KeyError, IndexError):
            names = ", ".join(self._fields) or "none"
            raise AttributeError(f"a node {self.label!r} has no child {name!r}; it has {names}") from None

    def __getitem__(self, index):
        return self.children[self._fields[index] if isinstance(index, str) else index]

    def __len__(self):
        return len(self.children)

    def __iter__(self):
        return iter(self.children)

    def __bool__(self):
        return True

    def __repr__(self):
        text = "" if self._tokens is None else repr(self._tokens)
        inner = ", ".join([text] * bool(text) + [repr(child) for child in self.children])
        return f"{self.label}({inner})"


class _Programs:
    """Makes nodes of the numbers of a program."""

    def __init__(self, names):
        self.tokens = names["tokens"]
        self.productions = [
            (each["label"], each["rule"], {field: i for i, field in enumerate(each["fields"]) if field is not None})
            for each in names["productions"]
        ]

    def node(self, payload):
        (count,) = struct.unpack_from("<I", payload)
        numbers = struct.unpack_from(f"<{3 * count}I", payload, 4)
        nodes = [None] * count
        for i in range(count - 1, -1, -1):
            production, token, length = numbers[3 * i : 3 * i + 3]
            children = []
            child, end = i + 1, i + length
            while child < end:
                children.append(nodes[child])
                child += numbers[3 * child + 2]
            label, rule, fields = self.productions[production]
            text = None if token == _NO_TOKEN else self.tokens[token]
            nodes[i] = Node(label, rule, children, fields, text)
        return nodes[0]


def _counted(payload, count):
    """The byte strings of a payload, each behind its length."""
    parts, at = [], 0
    for _ in range(count):
        (length,) = struct.unpack_from("<I", payload, at)
        parts.append(payload[at + 4 : at + 4 + length])
        at += 4 + length
    return parts


def _value_bytes(kind, value):
    if kind == 1:
        return value.encode()
    if kind == 2:
        return struct.pack("<q", value)
    if kind == 3:
        return struct.pack(f"<{len(value)}q", *value)
    if kind == 4:
        return struct.pack(f"<{len(value)}d", *value)
    return b"\1" if value else b"\0"


def _value(kind, data):
    if kind == 1:
        return data.decode()
    if kind == 2:
        return struct.unpack("<q", data)[0]
    if kind == 3:
        return list(struct.unpack(f"<{len(data) // 8}q", data))
    if kind == 4:
        return list(struct.unpack(f"<{len(data) // 8}d", data))
    return data != b"\0"


def _kind_of(value, kinds):
    """The number of the kind of a value, one of `kinds`."""
    if isinstance(value, bool):
        name = "boolean"
    elif isinstance(value, int):
        name = "integer"
    elif isinstance(value, str):
        name = "text"
    else:
        value = list(value)
        whole = all(isinstance(item, int) for item in value)
        name = "integers" if whole and "integers" in kinds else "numbers"
    if name not in kinds:
        raise TypeError(f"{value!r} is of the kind {name}; allowed are {', '.join(kinds)}")
    return _KINDS[name]


class _Functions:
    """Rows of inputs and slots of outputs."""

    def __init__(self, domain):
        self.domain = domain
        self.argument_kinds = list(domain.argument_kinds)
        self.output_kinds = list(domain.output_kinds)
        self.max_output = int(getattr(domain, "max_output", 60))
        self.rows = []

    def signature(self):
        least, most = self.domain.arguments
        return {
            "arguments": [least, most],
            "argument_kinds": self.argument_kinds,
            "output_kinds": self.output_kinds,
            "max_output": self.max_output,
        }

    def bind(self, payload):
        rows, arguments = struct.unpack_from("<II", payload)
        at, self.rows = 8, []
        for _ in range(rows):
            row = []
            for _ in range(arguments):
                kind, length = struct.unpack_from("<BI", payload, at)
                row.append(_value(kind, payload[at + 5 : at + 5 + length]))
                at += 5 + length
            self.rows.append(row)
        return b""

    def outputs(self, program):
        return b"".join(self.slot(self.domain.run(program, *row)) for row in self.rows)

    def slot(self, value):
        if value is None:
            return bytes(4 + self.max_output)
        kind = _kind_of(value, self.output_kinds)
        data = _value_bytes(kind, value)
        if len(data) > self.max_output or kind == 4 and not all(abs(item) < float("inf") for item in value):
            return bytes(4 + self.max_output)
        return struct.pack("<BBH", kind, 0, len(data)) + data + bytes(self.max_output - len(data))

    def values(self, slots):
        values = []
        for at in range(0, len(slots), 4 + self.max_output):
            kind, _, length = struct.unpack_from("<BBH", slots, at)
            values.append(None if kind == 0 else _value(kind, slots[at + 4 : at + 4 + length]))
        return values

    def sample(self, payload):
        rows = [list(row) for row in self.domain.sample_inputs(random.Random(struct.unpack("<Q", payload)[0]))]
        parts = [struct.pack("<II", len(rows), len(rows[0]) if rows else 0)]
        for row in rows:
            for value in row:
                kind = _kind_of(value, self.argument_kinds)
                data = _value_bytes(kind, value)
                parts.append(struct.pack("<BI", kind, len(data)) + data)
        return b"".join(parts)


def _image_bytes(image):
    if isinstance(image, (bytes, bytearray, memoryview)):
        return bytes(image)
    if hasattr(image, "dtype") and hasattr(image, "tobytes"):
        if str(image.dtype) != "uint8":
            raise TypeError(f"an image of NumPy has to have the type uint8, not {image.dtype}")
        return image.tobytes()
    raise TypeError(f"`render` has to return bytes or an array of NumPy, not {type(image).__name__}")


def _description(which):
    options = []
    for name, allowed in dict(getattr(which, "options", {})).items():
        if isinstance(allowed, tuple):
            default, least, greatest = allowed
            options.append({"name": name, "default": str(default), "least": least, "greatest": greatest})
        else:
            options.append({"name": name, "default": allowed[0], "words": list(allowed)})
    takes_inputs = hasattr(which, "run")
    functions = ["render"] + ["sample_inputs"] * takes_inputs
    functions += [name for name in _OPTIONAL if hasattr(which, name)]
    return {
        "protocol": PROTOCOL,
        "name": which.name,
        "functions": functions,
        "criteria": list(getattr(which, "criteria", [])),
        "palette": [list(color) for color in getattr(which, "palette", [])],
        "size": getattr(which, "size", None),
        "options": options,
    }


class _Server:
    def __init__(self, which):
        self.which = which
        self.takes_inputs = hasattr(which, "run")
        self.domain = None
        self.programs = None
        self.functions = None
        self.calls = [
            None, self.describe, self.open, self.bind, self.render, self.solved, self.distance, self.is_uninformative,
            self.canonical, self.svg, self.shown, self.sample_inputs, self.constants,
        ]  # fmt: skip

    def describe(self, payload):
        self.programs = _Programs(json.loads(payload))
        return json.dumps(_description(self.which)).encode()

    def open(self, payload):
        options = json.loads(payload)
        for name, allowed in dict(getattr(self.which, "options", {})).items():
            if isinstance(allowed, tuple):
                options[name] = int(options[name])
        self.domain = self.which(**options)
        if self.takes_inputs:
            self.functions = _Functions(self.domain)
            return json.dumps({"signature": self.functions.signature()}).encode()
        width, height, channels, background = (*self.domain.canvas, 255)[:4]
        canvas = {"width": width, "height": height, "channels": channels, "background": background}
        return json.dumps({"canvas": canvas}).encode()

    def bind(self, payload):
        return self.functions.bind(payload)

    def render(self, payload):
        program = self.programs.node(payload)
        if self.takes_inputs:
            return self.functions.outputs(program)
        return _image_bytes(self.domain.render(program))

    def observations(self, payload, count):
        parts = _counted(payload, count)
        return [self.functions.values(part) for part in parts] if self.takes_inputs else parts

    def solved(self, payload):
        (criterion,) = struct.unpack_from("<I", payload)
        names = list(getattr(self.which, "criteria", [])) or ["solved"]
        verdict = self.domain.solved(names[criterion], *self.observations(payload[4:], 2))
        return b"\1" if verdict else b"\0"

    def distance(self, payload):
        return struct.pack("<d", self.domain.distance(*self.observations(payload, 2)))

    def is_uninformative(self, payload):
        inputs = [self.functions.rows] if self.takes_inputs else []
        return b"\1" if self.domain.is_uninformative(*inputs, *self.observations(payload, 1)) else b"\0"

    def canonical(self, payload):
        return (self.domain.canonical(self.programs.node(payload)) or "").encode()

    def svg(self, payload):
        return (self.domain.svg(self.programs.node(payload)) or "").encode()

    def shown(self, payload):
        return (self.domain.shown(self.programs.node(payload)) or "").encode()

    def sample_inputs(self, payload):
        return self.functions.sample(payload)

    def constants(self, payload):
        texts = self.domain.constants(self.functions.rows, *self.observations(payload, 1))
        return "".join(text + "\0" for text in texts).encode()


def serve(domain):
    """Answers the calls of tdf on standard input until it is closed. `domain` is a class; `print` goes to standard error."""
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever is printed, by libraries in C as well, must not come between answers.
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    # Programs may be nested 500 levels deep.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10000))
    server = _Server(domain)
    while True:
        head = calls.read(4)
        if len(head) < 4:
            return
        frame = calls.read(struct.unpack("<I", head)[0])
        code, answer = _ANSWER, b""
        try:
            answer = server.calls[frame[0]](frame[1:])
        except NoImage as reason:
            code, answer = _NO_IMAGE, str(reason).encode()
        except Exception:
            code, answer = _FAILURE, traceback.format_exc().encode()
        answers.write(struct.pack("<IB", len(answer) + 1, code) + answer)
        answers.flush()
