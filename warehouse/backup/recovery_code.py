"""The key to the names in a form that is printed and typed: Base32 in groups of four, with check digits."""

import base64
import hashlib
import re

from locales import N_, Refusal

VARIABLE = "TONGXING_RECOVERY_CODE"  # of the environment
_MISREAD = str.maketrans("018", "OIB")  # no such digits in Base32
_SIZES = (32, 64, 96)


class Mistyped(Refusal, ValueError):
    """Not what was printed."""

    says = N_("恢复码不对：有漏打或打错的，请对着恢复单再输一次（空格、横线、大小写都不影响）。")


def printed(secret: bytes) -> str:
    """Return a key as it is printed."""
    text = base64.b32encode(secret + _check(secret)).decode()
    return "-".join(re.findall("....", text))


def typed(text: str) -> bytes:
    """Return the key that was typed. Raises Mistyped."""
    signs = re.sub(r"[\s-]", "", text).upper().translate(_MISREAD)
    try:
        content = base64.b32decode(signs)
    except ValueError as error:
        raise Mistyped from error
    for size in _SIZES:
        if content[size:] and content[size:] == _check(content[:size]):
            return content[:size]
    raise Mistyped


def _check(secret: bytes) -> bytes:
    """Three bytes or more of the key's hash, so many that the whole is a multiple of five."""
    return hashlib.sha256(b"recovery" + secret).digest()[: 3 + -(len(secret) + 3) % 5]
