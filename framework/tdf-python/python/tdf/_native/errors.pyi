"""Exceptions."""

class Error(ValueError):
    """The base of all exceptions of this package."""

class GrammarError(Error):
    """A grammar that cannot be read, or is not LR(1)."""

class ParseError(Error):
    """A text that is not a program of the language. `line` and `column` count from 1, `offset` counts bytes from 0."""

    line: int
    column: int
    offset: int

class SizeError(Error):
    """A size or a weighting that the language does not have."""

class MaskError(Error):
    """A language without masks, or a token that the mask does not allow."""

class DomainError(Error):
    """A domain that cannot be found, loaded or opened."""

class RenderError(Error):
    """A program that cannot be rendered or run."""

class DataError(Error):
    """Tasks or training examples that cannot be made or read."""

class SearchError(Error):
    """A search whose options cannot be met, or whose policy failed."""

class ConfigError(Error):
    """A key of a configuration, or its value."""

class FileError(Error):
    """A file that cannot be read or written, or has another content."""
