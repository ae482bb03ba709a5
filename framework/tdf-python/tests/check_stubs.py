"""Runs stubtest on the package.

The stubs of `tdf._native` are in several modules, which do not exist at run time. stubtest compares a declaration only where it stands.
So each of these modules is made here, with what its stub declares.
"""

import ast
import sys
from pathlib import Path
from types import ModuleType

from mypy.stubtest import main
from tdf import _native

for stub in Path(_native.__file__).with_name("_native").glob("[a-z]*.pyi"):
    module = ModuleType(f"{_native.__name__}.{stub.stem}")
    for node in ast.parse(stub.read_text()).body:
        # What is declared but missing is an error of stubtest.
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and hasattr(_native, node.name):
            setattr(module, node.name, getattr(_native, node.name))
    sys.modules[module.__name__] = module

sys.argv[1:] = ["tdf"]
sys.exit(main())
