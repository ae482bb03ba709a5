"""Writes docs/python-reference.md from the types and docstrings of the package."""

import ast
from pathlib import Path

# Where the public names are declared, in the order of the reference.
MODULES = [
    "_types.py",
    *(f"_native/{name}.pyi" for name in "errors language masks edits domain examples searches".split()),
    "_runs.py",
    "_serve.pyi",
]

HEAD = """# Python: reference

Every class and function of the package `tdf`, from its types and docstrings. [python.md](python.md) is the manual.

`NDArray` is `numpy.typing.NDArray`. Text after a star is a keyword argument.
"""


def declarations(package: Path, public: list[str]) -> list[ast.stmt]:
    """Declarations of the `public` names of a package, each type with its docstring behind it."""
    found = []
    for module in MODULES:
        nodes = ast.parse((package / module).read_text()).body
        for node, text in zip(nodes, [*nodes[1:], None]):
            if getattr(node, "name", None) in public:
                found.append(node)
            elif isinstance(node, ast.AnnAssign) and node.target.id in public:
                found += [node, text]
    return found


def reference(nodes: list[ast.stmt]) -> str:
    """The page for these declarations."""
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    errors = [node for node in classes if _base(node) in ("Error", "ValueError", "Exception")]
    parts = [HEAD, "## Types\n\n" + _types(nodes), "## Exceptions\n\n" + _exceptions(errors)]
    parts += ["## Functions\n"] + [_function(node) for node in nodes if isinstance(node, ast.FunctionDef)]
    parts += ["## Classes\n"] + [_class(node) for node in classes if node not in errors]
    return "\n".join(parts)


def _base(node):
    return node.bases[0].id if node.bases else None


def _types(nodes):
    lines = ["| Name | Meaning |", "|---|---|"]
    for node, text in zip(nodes, nodes[1:]):
        if isinstance(node, ast.AnnAssign) and getattr(node.annotation, "id", None) == "TypeAlias":
            value = ast.unparse(node.value).replace("|", "\\|")
            lines.append(f"| `{node.target.id}` | {_cell(text.value.value)} `{value}` |")
    return "\n".join(lines) + "\n"


def _exceptions(errors):
    lines = ["| Exception | Raised for |", "|---|---|"]
    lines += [f"| `{node.name}` | {_cell(ast.get_docstring(node))} |" for node in errors]
    return "\n".join(lines) + "\n"


def _function(node):
    return f"### `{_signature(node)}`\n\n{ast.get_docstring(node)}\n"


def _class(node):
    members = {inner.name: inner for inner in node.body if isinstance(inner, ast.FunctionDef)}
    made = members.get("__new__") or members.get("__init__")
    parts = [f"### `{node.name}`\n\n{ast.get_docstring(node)}\n"]
    if made:
        parts.append(f"`{_signature(made, node.name)}`\n")
        if ast.get_docstring(made):
            parts.append(ast.get_docstring(made) + "\n")
    rows = [f"| `{item.target.id}` | `{ast.unparse(item.annotation)}` |" for item in node.body if isinstance(item, ast.AnnAssign)]
    for name, inner in members.items():
        if not name.startswith("_"):
            decorators = [ast.unparse(decorator) for decorator in inner.decorator_list]
            shown = name if "property" in decorators else _signature(inner)
            result = ast.unparse(inner.returns).strip("'").replace("|", "\\|")
            rows.append(f"| `{shown}` | `{result}`: {_cell(ast.get_docstring(inner))} |")
    rows = [row for row in rows if not row.startswith("| `__hash__`")]
    if rows:
        parts.append("\n".join(["| Member | Meaning |", "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def _signature(node, name=None):
    """Names and defaults of the arguments, without their types."""
    arguments = node.args
    for each in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]:
        if each is not None:
            each.annotation = None
    first = arguments.posonlyargs or arguments.args
    if first and first[0].arg in ("self", "cls"):
        del first[0]
    return f"{name or node.name}({ast.unparse(arguments)})"


def _cell(text):
    return " ".join(text.split()).replace("|", "\\|")
