"""A file as it came in: its bytes and what identifies them, read from disk once for a whole load."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class SourceFile:
    """A file's path, its bytes and their SHA-256 in hex."""

    path: Path
    content: bytes = field(repr=False)
    sha256: str


def read_source(path: Path) -> SourceFile:
    """Read a file and hash its bytes."""
    content = path.read_bytes()
    return SourceFile(path, content, hashlib.sha256(content).hexdigest())


class Unreadable(Exception):
    """A file that is refused: `code` is the finding's code, the text the plain fact."""

    def __init__(self, code: str, fact: str) -> None:
        super().__init__(fact)
        self.code, self.fact = code, fact
