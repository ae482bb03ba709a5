# `__init__.pyi` declares what this module has.
from typing import Any

def __getattr__(name: str) -> Any: ...
