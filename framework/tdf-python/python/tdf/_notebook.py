"""Tables for notebooks."""

import base64
from collections.abc import Sequence
from html import escape


def table(head: Sequence[str], rows: Sequence[Sequence[str | bytes]], count: int) -> str:
    """An HTML table. Cells are texts, or PNG files. `count` is the number of all rows."""
    lines = ["<table><tr>", *(f"<th>{escape(name)}</th>" for name in head), "</tr>"]
    for row in rows:
        lines += ["<tr>", *(_cell(cell) for cell in row), "</tr>"]
    if count > len(rows):
        lines.append(f'<tr><td colspan="{len(head)}">and {count - len(rows)} more</td></tr>')
    return "".join(lines) + "</table>"


def _cell(cell: str | bytes) -> str:
    if isinstance(cell, str):
        return f'<td style="text-align:left"><code>{escape(cell)}</code></td>'
    data = base64.b64encode(cell).decode()
    return f'<td><img style="image-rendering:pixelated" width="96" src="data:image/png;base64,{data}"></td>'
