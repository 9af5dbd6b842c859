"""A stream sealed by a passphrase or a key file: packed by zlib, AES-GCM in parts, numbered and with the last one marked, so that none is missed or moved.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015); the key comes from scrypt and a salt of the file's own.
What stands before the parts is one line in clear, which every part vouches for.
"""

import json
import os
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from locales import N_, Refusal

MAGIC = b"tongxing-backup 2 "
_PART, _TAG, _LONGEST_LINE = 2**20, 16, 4096
_COST = 2**17  # of scrypt: 128 MiB and half a second for each guess


class NoBackup(Refusal, ValueError):
    """A file is none of ours."""

    says = N_("{file}：不是本系统的备份文件，或是更新的程序写的；没有采用其中任何内容。")
    exit_status = 2


class NotOpened(Refusal, ValueError):
    """The first part does not open."""

    says = N_("{file}：打不开：口令（或密钥文件）不对，或文件开头被改动过。没有采用其中任何内容。")


class Damaged(Refusal, ValueError):
    """What follows the first part is not as it was written."""

    says = N_("{file}：备份被截短或改动过，没有采用其中任何内容；请换一份备份。")


def head(stream: BinaryIO, name: str) -> tuple[bytes, dict[str, Any]]:
    """Return a file's first line and what it says; nothing vouches for it before a part is opened. Raises NoBackup."""
    line = stream.readline(_LONGEST_LINE)
    try:
        facts: dict[str, Any] = json.loads(line.removeprefix(MAGIC) if line.startswith(MAGIC) and line.endswith(b"\n") else b"")
        bytes.fromhex(facts["salt"])
        return line, {"format": int(facts["format"]), **{item: str(facts[item]) for item in ("salt", "anchor", "made_at", "program")}}
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise NoBackup(file=name) from error


class Sealer:
    """Writes a sealed stream; `close` writes its last part."""

    def __init__(self, stream: BinaryIO, facts: Mapping[str, Any], secret: bytes) -> None:
        salt = os.urandom(16)
        self._line = MAGIC + json.dumps({**facts, "salt": salt.hex()}).encode() + b"\n"
        self._stream, self._cipher, self._left, self._number = stream, AESGCM(_key(secret, salt)), b"", 0
        self._packer = zlib.compressobj(1)
        stream.write(self._line)

    def write(self, content: bytes) -> None:
        """Take content in."""
        self._put(self._packer.compress(content))

    def close(self) -> None:
        """Write what is left as the last part."""
        self._put(self._packer.flush())
        self._seal(self._left, is_last=True)

    def _put(self, packed: bytes) -> None:
        self._left += packed
        while len(self._left) > _PART:
            self._seal(self._left[:_PART], is_last=False)
            self._left = self._left[_PART:]

    def _seal(self, part: bytes, is_last: bool) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._number, is_last), part, self._line))
        self._number += 1


class Opener:
    """Reads a sealed stream. Raises NoBackup, NotOpened, Damaged."""

    def __init__(self, stream: BinaryIO, name: str, secret: bytes) -> None:
        self._line, self.facts = head(stream, name)
        self._stream, self._name, self._left, self._number = stream, name, b"", 0
        self._cipher = AESGCM(_key(secret, bytes.fromhex(self.facts["salt"])))
        self._next: bytes = stream.read(_PART + _TAG)
        self._unpacker, self._has_more = zlib.decompressobj(), False

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes, at most a part; all of them, or Damaged is raised."""
        while len(self._left) < size:
            self._unpack()
        content, self._left = self._left[:size], self._left[size:]
        return content

    def end(self) -> None:
        """Make sure that nothing is left. Raises Damaged."""
        while not self._left and not self._unpacker.eof:
            self._unpack()
        if self._left or self._next or self._unpacker.unused_data:
            raise Damaged(file=self._name)

    def _unpack(self) -> None:
        """Take in more, at most a part at a time, however much is packed in it."""
        packed = self._unpacker.unconsumed_tail if self._has_more else self._open_part()
        try:
            content = self._unpacker.decompress(packed, _PART)
        except zlib.error as error:
            raise Damaged(file=self._name) from error
        self._left += content
        self._has_more = len(content) == _PART  # what comes of the same part still, without another sign of it

    def _open_part(self) -> bytes:
        if self._number and not self._next:
            raise Damaged(file=self._name)
        sealed, self._next = self._next, self._stream.read(_PART + _TAG)
        try:
            part = self._cipher.decrypt(_nonce(self._number, not self._next), sealed, self._line)
        except (InvalidTag, ValueError) as error:
            raise (Damaged if self._number else NotOpened)(file=self._name) from error
        self._number += 1
        return part


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


@lru_cache(maxsize=4)
def _key(secret: bytes, salt: bytes) -> bytes:
    """The key of a file."""
    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(secret)
