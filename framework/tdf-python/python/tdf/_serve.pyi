"""Domains in Python. This is the module `tdf_serve`, which also works without the package."""

from collections.abc import Callable, Iterator, Mapping, Sequence

PROTOCOL: int

def serve(domain: Callable[..., object]) -> None:
    """Answers the calls of tdf on standard input until it is closed. `domain` is a class; `print` goes to standard error.

    docs/plugins.md shows such a class. The documentation of the module `tdf_serve` lists everything that it may have.
    """

class Node:
    """A node of a program: one use of an alternative of a rule.

    Children stand in the order of the grammar: `node[0]`, `len(node)`, `for child in node`. A child with a name is an attribute:
    `node.color` for `<color:Color>`, and also `node["color"]`.
    """

    label: str
    rule: str
    children: Sequence[Node]
    def __init__(
        self, label: str, rule: str, children: Sequence[Node], fields: Mapping[str, int], tokens: str | None
    ) -> None:
        """Makes a node, for tests.

        `label` is the label of the alternative, or the name of the `rule` if it has none. `fields` are the names of children with
        their indices, `tokens` is the text that was chosen in the node itself.
        """

    @property
    def text(self) -> str:
        """The text that was chosen in the node and below."""

    def __getattr__(self, name: str) -> Node: ...
    def __getitem__(self, index: int | str) -> Node: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Node]: ...
    def __bool__(self) -> bool: ...

class NoImage(Exception):
    """The program has no image, for the reason that is given. Nothing is wrong: another program is taken."""
