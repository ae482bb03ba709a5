"""Writes docs/python-reference.md from the stubs."""

import ast

HEAD = """# Python: reference

Every class and function of the package `tdf`, from its stubs. [python.md](python.md) is the manual.

`NDArray` is `numpy.typing.NDArray`. Text after a star is a keyword argument.
"""


def reference(stubs: str) -> str:
    """The page for the text of `__init__.pyi`."""
    nodes = ast.parse(stubs).body
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    errors = [node for node in classes if _base(node) in ("Error", "ValueError")]
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
            result = ast.unparse(inner.returns).replace("|", "\\|")
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
