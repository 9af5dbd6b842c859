"""Keeps names apart from figures: keyed hashes stand for people in the tables, their names are sealed beside them.

One key of 32 bytes per home; two subkeys are derived from it, one for hashes and one for seals. Figures never need it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_SIZE = 32


class KeyMissing(RuntimeError):
    """The home has no key, so names can be neither hashed nor read."""

    def __init__(self, path: Path) -> None:
        from locales import _

        says = _("{path}：没有密钥文件，姓名等身份信息无法读取；请放回原来的密钥，或设置环境变量 TONGXING_KEY。")
        super().__init__(says.format(path=path))


class KeyMalformed(ValueError):
    """What should be a key is not 32 bytes."""

    def __init__(self, source: str) -> None:
        from locales import _

        super().__init__(_("{source}：密钥应为 32 字节（十六进制或 base64），请检查。").format(source=source))


class WrongKey(ValueError):
    """A sealed text does not open: another key, another row, or altered bytes."""

    def __init__(self) -> None:
        from locales import _

        super().__init__(_("身份信息无法解开：密钥与封存时的不同，或内容已被改动；请放回原来的密钥。"))


class Key:
    """The home's key: makes pseudonyms, seals and unseals."""

    def __init__(self, secret: bytes) -> None:
        self._pseudonyms = _subkey(secret, b"pseudonym")
        self._seals = _subkey(secret, b"seal")

    def pseudonym(self, *parts: str) -> str:
        """20 hex digits that stand for the parts under this key; the same parts always give the same digits."""
        message = "\x1f".join(parts).encode()
        return hmac.digest(self._pseudonyms, message, "sha256").hex()[:20]

    def seal(self, associated: str, text: bytes) -> bytes:
        """AES-GCM: nonce of 12 bytes, then the ciphertext; `associated` binds it to its row, unsealing needs it too."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text, associated.encode())

    def unseal(self, associated: str, sealed: bytes) -> bytes:
        """The text sealed for `associated`. Raises WrongKey where key, row or bytes are not those of the sealing."""
        from cryptography.exceptions import InvalidTag

        if len(sealed) < _NONCE:
            raise WrongKey
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], associated.encode())
        except InvalidTag as error:
            raise WrongKey from error

    @cached_property
    def _cipher(self) -> AESGCM:
        """AES-GCM under the sealing subkey; imported when first used, because figures do without cryptography."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._seals)


def _subkey(secret: bytes, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose (HMAC-SHA-256 as in RFC 5869's expand step, one block)."""
    return hmac.digest(secret, purpose + b"\x01", "sha256")


def load_key(home: Path, create: bool = False) -> Key:
    """The key from TONGXING_KEY (hex or base64), else of `home`/keys/identity.key, made there if `create` and none is.

    Raises KeyMissing, or KeyMalformed where it is not 32 bytes.
    """
    told = os.environ.get("TONGXING_KEY")
    if told:
        return Key(_decoded(told.strip()))
    return Key(secret_in(home / "keys" / "identity.key", create))


def secret_in(path: Path, create: bool = False) -> bytes:
    """The 32 bytes of a key file, made if `create` and none is. Raises KeyMissing, or KeyMalformed."""
    if create and not path.exists():
        _make(path)
    if not path.exists():
        raise KeyMissing(path)
    secret = path.read_bytes()
    if len(secret) != _SIZE:
        raise KeyMalformed(str(path))
    return secret


def _decoded(text: str) -> bytes:
    """32 bytes from 64 hex digits or from base64, plain or URL-safe."""
    try:
        is_hex = len(text) == 2 * _SIZE
        secret = bytes.fromhex(text) if is_hex else base64.b64decode(text, altchars=b"-_" if {*"-_"} & {*text} else None, validate=True)
    except (ValueError, binascii.Error) as error:
        raise KeyMalformed("TONGXING_KEY") from error
    if len(secret) != _SIZE:
        raise KeyMalformed("TONGXING_KEY")
    return secret


def _make(path: Path) -> None:
    """Write a new key that only its owner may read; whole or not at all, and never over another."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(os.urandom(_SIZE))
        os.fsync(stream.fileno())
    try:
        path.hardlink_to(fresh)  # fails where another process was first: then its key stands
    except FileExistsError:
        return
    finally:
        fresh.unlink()
