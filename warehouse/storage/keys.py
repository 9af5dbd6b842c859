"""Keeps names apart from figures: keyed hashes replace people in the tables, their names are sealed beside them.

One key of 32 bytes per home; two subkeys are derived from it, one for hashes and one for seals. A rotation
(warehouse/identity/key_rotation.py) writes down the first as it is and a new second: pseudonyms must stay, because children's links, ages
of findings and the trail rest on them, and the old seals cannot be worked out from what is kept. Figures never need a key.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from locales import N_, Refusal, _
from warehouse.storage import atomic_write

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_SIZE = 32
FILE = "keys/identity.key"
NOW, NEXT = "TONGXING_KEY", "TONGXING_NEW_KEY"  # environment variables; the second only while a rotation is on


class KeyMissing(Refusal):
    """The home has no key, so names can be neither hashed nor read."""

    says = N_("{path}：没有密钥文件，姓名等身份信息无法读取；请放回原来的密钥，或设置环境变量 TONGXING_KEY。")


class KeyMalformed(Refusal, ValueError):
    """What should be a key is not 32 bytes, or 64 as a rotation makes it."""

    says = N_("{source}：密钥应为 32 字节，更换过的为 64 字节（十六进制或 base64），请检查。")


class WrongKey(Refusal, ValueError):
    """A sealed text does not open: another key, another row, or altered bytes."""

    says = N_("身份信息无法解开：密钥与封存时的不同，或内容已被改动；请放回原来的密钥。")


class WrongNewKey(Refusal, ValueError):
    """The new key was not derived from the present one."""

    says = N_("{name}：不是由现在的密钥换出来的，姓名和数字会对不上；请用 python -m warehouse rotate-key 给出的值。")


class Key:
    """The home's key: makes pseudonyms, seals and unseals.

    `secret` is 32 bytes that both subkeys are derived from, or the subkeys themselves: the one for pseudonyms, the one for
    seals, and while a rotation is on the one for the seals before, which opens and never seals.
    """

    def __init__(self, secret: bytes) -> None:
        parts = parts_of(secret)
        self._pseudonyms, self._seals = parts[0], parts[1:]

    def pseudonym(self, *parts: str) -> str:
        """Return 20 hex digits in place of the parts; the same parts give the same digits under one key."""
        message = "\x1f".join(parts).encode()
        return hmac.digest(self._pseudonyms, message, "sha256").hex()[:20]

    def seal(self, associated: str, text: bytes) -> bytes:
        """AES-GCM: nonce of 12 bytes, then the ciphertext; `associated` binds it to its row, unsealing needs it too."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, text, associated.encode())

    def unseal(self, associated: str, sealed: bytes) -> bytes:
        """The text sealed for `associated`. Raises WrongKey where key, row or bytes are not those of the sealing."""
        for cipher in self._ciphers:
            text = _opened(cipher, associated, sealed)
            if text is not None:
                return text
        raise WrongKey

    def is_sealed_anew(self, associated: str, sealed: bytes) -> bool:
        """Whether a sealed text is one of the subkey that seals now."""
        return _opened(self._ciphers[0], associated, sealed) is not None

    @cached_property
    def _ciphers(self) -> list[AESGCM]:
        """AES-GCM under each sealing subkey, newest first; imported when first used, because figures do without cryptography."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return [AESGCM(seals) for seals in self._seals]


def _opened(cipher: AESGCM, associated: str, sealed: bytes) -> bytes | None:
    """What one cipher makes of a sealed text; None where it is not one of its own."""
    from cryptography.exceptions import InvalidTag

    if len(sealed) < _NONCE:
        return None
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], associated.encode())
    except InvalidTag:
        return None


def parts_of(secret: bytes) -> list[bytes]:
    """The subkeys of a key as written: for pseudonyms, then for seals, newest first."""
    if len(secret) == _SIZE:
        return [_subkey(secret, b"pseudonym"), _subkey(secret, b"seal")]
    return [secret[at : at + _SIZE] for at in range(0, len(secret), _SIZE)]


def rotated(secret: bytes) -> bytes:
    """A key as written with a new subkey for seals; pseudonyms stay."""
    return parts_of(secret)[0] + os.urandom(_SIZE)


def _subkey(secret: bytes, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose (HMAC-SHA-256 as in RFC 5869's expand step, one block)."""
    return hmac.digest(secret, purpose + b"\x01", "sha256")


def load_key(home: Path, create: bool = False) -> Key:
    """The key from TONGXING_KEY (hex or base64), else of `home`/keys/identity.key, made there if `create` and none is.

    Where TONGXING_NEW_KEY is set beside TONGXING_KEY it seals, and both open.
    """
    return Key(secret_of(home, create))


def secret_of(home: Path, create: bool = False) -> bytes:
    """The key that `load_key` takes, as written. Raises what it does."""
    return environment_secret() if from_environment(NOW) else file_secret(home / FILE, create)


def secret_in(path: Path, create: bool = False) -> bytes:
    """The 32 bytes of a key file that is never rotated, made if `create` and none is. Raises KeyMissing, or KeyMalformed."""
    secret = file_secret(path, create)
    if len(secret) != _SIZE:
        raise KeyMalformed(source=path)
    return secret


def file_secret(path: Path, create: bool = False) -> bytes:
    """The key as its file has it, made if `create` and none is. Raises KeyMissing, KeyMalformed."""
    if create and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write.write_new(path, os.urandom(_SIZE))  # unless another process was first
    if not path.exists():
        raise KeyMissing(path=path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)
        logging.getLogger("tongxing.keys").warning(
            "%s", _("{file}：原来别人也能读，已改为只有自己能读；可能被看过的，请更换密钥。").format(file=FILE)
        )
    secret = path.read_bytes()
    if len(secret) not in (_SIZE, 2 * _SIZE, 3 * _SIZE):
        raise KeyMalformed(source=path)
    return secret


def environment_secret() -> bytes:
    """The key as the environment tells it, the new one first. Raises KeyMalformed, WrongNewKey."""
    now, new = from_environment(NOW), from_environment(NEXT)
    if not new or new == now:
        return now
    present, fresh = parts_of(now), parts_of(new)
    if present[0] != fresh[0]:
        raise WrongNewKey(name=NEXT)
    return b"".join([present[0], fresh[1], present[1]])


def from_environment(name: str) -> bytes:
    """32 or 64 bytes of a variable, as hex digits or base64, plain or URL-safe; none where it is not set. Raises KeyMalformed."""
    text = os.environ.get(name, "").strip()
    is_hex = len(text) in (2 * _SIZE, 4 * _SIZE)
    try:
        secret = bytes.fromhex(text) if is_hex else base64.b64decode(text, altchars=b"-_" if {*"-_"} & {*text} else None, validate=True)
    except (ValueError, binascii.Error) as error:
        raise KeyMalformed(source=name) from error
    if text and len(secret) not in (_SIZE, 2 * _SIZE):
        raise KeyMalformed(source=name)
    return secret
