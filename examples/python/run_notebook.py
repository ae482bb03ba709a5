"""Runs the code cells of a notebook in order, as a kernel would; the tests call it.

    python run_notebook.py new_language.ipynb
"""

import ast
import json
import os
import sys

os.environ.setdefault("MPLBACKEND", "Agg")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cells = [cell for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
    names = {"__name__": "__main__"}
    for number, cell in enumerate(cells, 1):
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"cell {number}", "exec"), names)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
            if shown is not None:
                print(f"[{number}] {shown!r}")


if __name__ == "__main__":
    main()
