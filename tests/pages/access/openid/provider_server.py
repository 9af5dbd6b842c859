"""A small OpenID Connect provider on 127.0.0.1: signs real tokens, takes a code once, holds PKCE, client secret and return address."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "tongxing", "s3cret / with:signs"


class Provider:
    """Its server, its keys, what it says of the person who signs in (`person`), and what a test bends."""

    def __init__(self) -> None:
        self.key, self.old_key = (jwk.RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True) for kid in ("new", "old"))
        self.person: dict[str, Any] = {"sub": "0007", "preferred_username": "李书记", "groups": ["town-leaders"]}
        self.claims: dict[str, Any] = {}  # put over the token's own
        self.without: tuple[str, ...] = ()
        self.metadata: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "new"}
        self.signing_key: Any = self.key
        self.status = 200
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realms/town"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Stop it."""
        self.server.shutdown()
        self.server.server_close()

    def approve(self, address: str) -> str:
        """The person signs in at the address the browser was sent to: where the provider sends the browser back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        code = token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> str:
        """The ID token for an approved request."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]} | self.person | self.claims
        claims = {name: value for name, value in claims.items() if name not in self.without}
        if self.header["alg"] in ("none", "HS256"):  # the second with the public key as a secret that both share
            parts = ".".join(_base64(json.dumps(part).encode()) for part in (self.header, claims))
            is_signed = self.header["alg"] == "HS256"
            return f"{parts}.{_base64(hmac.digest(self.key.as_pem(private=False), parts.encode(), 'sha256')) if is_signed else ''}"
        return jwt.encode(self.header, claims, self.signing_key, algorithms=[self.header["alg"]])


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        self.provider.asked.append(self.path)
        issuer = self.provider.issuer
        if self.path.endswith("/.well-known/openid-configuration"):
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            said = {"issuer": issuer, **{name: f"{issuer}/{path}" for name, path in names.items()}}
            return self._say(self.provider.status, said | self.provider.metadata)
        keys = [{"kty": "OKP", "crv": "unheard-of"}, *(key.as_dict(private=False) for key in (self.provider.old_key, self.provider.key))]
        self._say(200, {"keys": keys})

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.provider.codes.pop(form["code"], None)
        challenge = _base64(hashlib.sha256(form["code_verifier"].encode()).digest())
        pair = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode().partition(":")
        client = (unquote(pair[0]), unquote(pair[2])) if pair[0] else (form["client_id"], form.get("client_secret", ""))
        is_right = asked and (challenge, form["redirect_uri"]) == (asked["code_challenge"], asked["redirect_uri"])
        if not is_right or client != (CLIENT, SECRET) or form["grant_type"] != "authorization_code":
            return self._say(400, {"error": "invalid_grant"})
        self._say(200, {"access_token": token_urlsafe(), "token_type": "Bearer", "id_token": self.provider.token(asked)})

    def _say(self, status: int, content: dict[str, Any]) -> None:
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
