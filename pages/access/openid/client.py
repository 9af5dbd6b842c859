"""The authorization-code flow of OpenID Connect with PKCE, with the one provider that the town has set; only a signed ID token counts.

joserfc checks the signature and is imported at the first sign-in, so that a town without a provider loads nothing of it.
"""

import base64
import hashlib
import http.client
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import astuple, dataclass, field
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from locales import N_, Refusal
from pages.access.openid.provider import Provider

# Signatures of a key of the provider's own; none of those by a shared secret, and not "none".
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
KEPT_SECONDS = 600  # a try to sign in; also what the provider says of itself
_LEEWAY = 60  # seconds by which two clocks may differ
_PATIENCE, _LONGEST = 10, 2**20  # seconds and bytes of an answer
_SHORTEST_KEY = 2048  # bits of RSA (RFC 7518, 3.3)


class Unreachable(Refusal):
    """The provider does not answer, or not as one."""

    says = N_("统一登录的服务器现在联系不上，或它的回答不对；请过一会儿再试，或联系维护人员。")


class NotProven(Refusal):
    """What came back does not prove who somebody is."""

    says = N_("统一登录送来的身份证明没有通过核对，没有登录；请再试一次，还是不行请联系维护人员。")


@dataclass(frozen=True)
class Attempt:
    """One try to sign in, which the browser that began it keeps in a cookie until it comes back."""

    target: str
    state: str = field(default_factory=secrets.token_urlsafe)
    nonce: str = field(default_factory=secrets.token_urlsafe)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def cookie(self) -> str:
        """Return the attempt as a cookie's value."""
        return ".".join(quote(text, safe="") for text in astuple(self)[::-1])

    @classmethod
    def of_cookie(cls, value: str) -> "Attempt | None":
        """Return the attempt of a cookie's value; None where it is none."""
        parts = value.split(".", 3)[::-1]
        return cls(*map(unquote, parts)) if len(parts) == 4 and all(parts) else None


def sign_in_address(provider: Provider, attempt: Attempt) -> str:
    """Return where the browser goes to sign in. Raises Unreachable."""
    query = {"response_type": "code", "client_id": provider.client_id, "redirect_uri": provider.back_address}
    query |= {"scope": " ".join(provider.scopes), "state": attempt.state, "nonce": attempt.nonce, "code_challenge_method": "S256"}
    query["code_challenge"] = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    query |= {"prompt": provider.prompt} if provider.prompt else {}
    endpoint = _metadata(provider)["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def claims(provider: Provider, code: str, attempt: Attempt) -> dict[str, Any]:
    """Return what the provider's signed token says, in exchange for the code. Raises Unreachable, NotProven."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": provider.back_address}
    form |= {"code_verifier": attempt.verifier, "client_id": provider.client_id}
    metadata, headers = _metadata(provider), {}
    if "client_secret_basic" in str(metadata.get("token_endpoint_auth_methods_supported", "client_secret_basic")):
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form["client_secret"] = provider.secret
    status, answer = _fetch(metadata["token_endpoint"], provider.ca_file, form, headers)
    if status in (400, 401):  # a code that is none, or no longer one of this attempt
        raise NotProven
    return verified(provider, answer.get("id_token"), _fetch(metadata["jwks_uri"], provider.ca_file)[1], attempt.nonce)


def verified(provider: Provider, text: object, key_set: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token that this provider signed, for us, now, in answer to this very attempt. Raises NotProven."""
    from joserfc import jwk, jwt
    from joserfc.errors import JoseError

    rules: Any = {name: {"essential": True} for name in ("sub", "exp", "iat")}
    for name, value in (("iss", provider.issuer), ("aud", provider.client_id), ("nonce", nonce)):
        rules[name] = {"essential": True, "value": value}
    keys = key_set.get("keys")
    for key in keys if isinstance(keys, list) else []:
        try:
            signer = jwk.import_key(key)
            if isinstance(signer, jwk.RSAKey) and signer.public_key.key_size < _SHORTEST_KEY:
                continue
            token = jwt.decode(str(text), signer, algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(leeway=_LEEWAY, **rules).validate(token.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            continue  # another key, or one of a kind that is not known here
        audience = token.claims["aud"]
        is_shared = isinstance(audience, list) and len(audience) > 1  # then the token says for whom it was made
        if token.claims.get("azp", "" if is_shared else provider.client_id) == provider.client_id:
            return dict(token.claims)
    raise NotProven


def _metadata(provider: Provider) -> dict[str, Any]:
    return _metadata_of(provider.issuer, provider.ca_file, int(time.monotonic() / KEPT_SECONDS))


@lru_cache(maxsize=2)
def _metadata_of(issuer: str, ca_file: str, _period: int) -> dict[str, Any]:
    """What the provider says of itself, asked for again after a while; its addresses are by HTTPS where its own is."""
    status, answer = _fetch(issuer.rstrip("/") + "/.well-known/openid-configuration", ca_file)
    schemes = {str(answer.get(name)).partition("://")[0] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    if status != http.HTTPStatus.OK or answer.get("issuer") != issuer or not schemes <= {"https", urlsplit(issuer).scheme}:
        raise Unreachable
    return answer


def _fetch(address: str, ca_file: str, form: Any = None, headers: Any = None) -> tuple[int, dict[str, Any]]:
    """Return status and JSON object of an answer; no redirect is followed and no proxy asked. Raises Unreachable."""
    kind = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    connect: Any = http.client.HTTPConnection
    try:
        parts = urlsplit(address)
        if parts.scheme == "https":
            connect = partial(http.client.HTTPSConnection, context=ssl.create_default_context(cafile=ca_file or None))
        with closing(connect(parts.netloc, timeout=_PATIENCE)) as connection, ExitStack() as limits:
            connection.connect()  # the limit above is of each read, this one of the whole answer
            limit = threading.Timer(_PATIENCE, connection.sock.shutdown, (socket.SHUT_RDWR,))
            limits.callback(limit.cancel)
            limit.start()
            path = f"{parts.path or '/'}?{parts.query}".rstrip("?")
            connection.request("POST" if form else "GET", path, urlencode(form or {}), kind | (headers or {}))
            answer = connection.getresponse()
            content = json.loads(answer.read(_LONGEST))
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise Unreachable from error
    return answer.status, content if isinstance(content, dict) else {}
