"""Signing in by a provider: a real one of this machine, whose tokens are signed; and what is refused."""

import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk

from pages.access.__main__ import main
from pages.access.accounts import accounts, attempts, sessions
from pages.access.forms.openid_sign_in import COOKIE
from pages.access.openid import client
from pages.access.openid import provider as provider_settings
from tests.conftest import ROOT
from tests.pages.access.asgi_client import Answer, ask
from tests.pages.access.conftest import PASSWORD
from tests.pages.access.forms.test_sign_in import send_form
from tests.pages.access.openid.provider_server import SECRET, Provider
from warehouse.audit import trail

HERE = {"host": "127.0.0.1:8501", "client": "127.0.0.1"}
VILLAGE = "340123102001"
PLAIN = provider_settings.Provider("", "tongxing", "", [], "", "", "", "", "", True, {}, {})
SETTINGS = """
issuer = "{issuer}"
address = "https://town.example/"
{more}
[roles]
town-leaders = "leader"
centre = "centre"
directors = "village"
[villages]
"柳溪村" = "340123102001"
"草坝村" = "1"
"""


@pytest.fixture(scope="module")
def servers() -> Any:
    """The provider's server, one for all."""
    server = Provider()
    yield server
    server.close()


@pytest.fixture
def provider(servers: Provider) -> Provider:
    """The provider as it is before a test bends it."""
    servers.person = {"sub": "0007", "preferred_username": "李书记", "groups": ["town-leaders", "other"]}
    servers.claims, servers.without, servers.metadata, servers.status = {}, (), {}, 200
    servers.header, servers.signing_key = {"alg": "RS256", "kid": "new"}, servers.key
    client._metadata_of.cache_clear()
    return servers


@pytest.fixture
def home(own_home: Path, provider: Provider) -> Path:
    """A home whose town has set the provider, and an administrator of its own."""
    (own_home / "keys").mkdir(mode=0o700)
    (own_home / "keys" / "openid.secret").write_text(SECRET + "\n")
    (own_home / "keys" / "openid.secret").chmod(0o600)
    set_up(own_home, provider)
    accounts.add("wang", "admin", PASSWORD, must_change=False)
    return own_home


def set_up(home: Path, provider: Provider, more: str = "") -> None:
    """Write the settings, with these lines too."""
    (home / "sign_in.toml").write_text(SETTINGS.format(issuer=provider.issuer, more=more), encoding="utf-8")


def begin(door: Any, target: str = "/coverage?day=2025-12-31") -> tuple[str, str]:
    """Click on the way to the provider: where the browser is sent, and the cookie that it keeps."""
    answer = ask(door, "/auth/openid?next=" + target.replace("?", "%3F"))
    assert answer.status == 303, answer.text
    return answer.headers["location"], f"{COOKIE}={answer.cookies[COOKIE].value}"


def come_back(door: Any, provider: Provider, target: str = "/coverage?day=2025-12-31", **headers: str) -> Answer:
    """The whole way: off to the provider, signed in there, and back."""
    address, cookie = begin(door, target)
    back = urlsplit(provider.approve(address))
    return ask(door, f"{back.path}?{back.query}", cookie=cookie, **headers)


def is_refused(answer: Answer, sentence: str, status: int = 403) -> bool:
    """Whether an answer is the sign-in page with this sentence, and no session."""
    return (answer.status, sentence in answer.text, sessions.COOKIE in answer.cookies) == (status, True, False)


def acts(home: Path) -> list[tuple]:
    """The trail of the door, without the administrator's own account."""
    return [(entry["act"], entry["who"], entry["about"]) for entry in trail.entries(home)][1:]


def test_who_signs_in_there_has_an_account_with_the_role_of_the_table_and_the_page_asked_for(door: Any, home: Path, provider: Provider):
    answer = come_back(door, provider)
    assert (answer.status, answer.headers["location"]) == (303, "/coverage?day=2025-12-31")
    assert sessions.find(answer.cookies[sessions.COOKIE].value) == accounts.User("李书记", "leader", ("all",))
    assert answer.cookies[COOKIE]["max-age"] == "0"
    assert acts(home) == [
        ("account_added", "李书记", {"account": "李书记", "role": "leader", "scope": "all"}),
        ("sign_in", "李书记", {"way": "openid"}),
    ]


def test_the_browser_is_sent_to_the_provider_with_state_nonce_and_challenge_and_to_a_fixed_way_back(
    door: Any, home: Path, provider: Provider
):
    queries = [parse_qs(urlsplit(begin(door)[0]).query) for _ in range(2)]
    assert queries[0]["redirect_uri"] == ["https://town.example/auth/openid/back"]  # whatever host the request names
    assert (queries[0]["scope"], queries[0]["prompt"]) == (["openid profile"], ["login"])
    assert [
        name for name in ("state", "nonce", "code_challenge") if queries[0][name] == queries[1][name] or len(queries[0][name][0]) < 43
    ] == []


def test_role_and_villages_are_taken_anew_at_each_sign_in_and_the_person_is_known_by_the_lasting_name(
    door: Any, home: Path, provider: Provider
):
    come_back(door, provider)
    set_up(home, provider, 'villages_claim = "villages"')
    provider.person |= {"groups": "directors", "villages": ["柳溪村"], "preferred_username": "李主任"}
    user = sessions.find(come_back(door, provider).cookies[sessions.COOKIE].value)
    assert user == accounts.User("李书记", "village", (VILLAGE,))
    assert ("account_changed", "李书记", {"account": "李书记", "role": "village", "scope": VILLAGE}) in acts(home)


@pytest.mark.parametrize(
    ("bend", "value"),
    [
        ("claims", {"nonce": "another"}),
        ("without", ("nonce",)),
        ("claims", {"aud": "somebody-else"}),
        ("claims", {"aud": ["tongxing", "somebody-else"]}),
        ("claims", {"aud": ["tongxing", "somebody-else"], "azp": "somebody-else"}),
        ("claims", {"azp": "somebody-else"}),
        ("claims", {"iss": "https://other.example"}),
        ("claims", {"exp": 1_700_000_000}),
        ("without", ("exp",)),
        ("without", ("sub",)),
        ("claims", {"iat": 4_000_000_000}),
        ("header", {"alg": "none"}),
        ("header", {"alg": "HS256"}),
        ("signing_key", jwk.RSAKey.generate_key(2048, {"kid": "new"}, private=True)),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_token_that_is_not_for_this_very_sign_in_is_refused(door: Any, home: Path, provider: Provider, bend: str, value: Any):
    setattr(provider, bend, value)
    assert is_refused(come_back(door, provider), "没有通过核对")
    assert acts(home) == [("sign_in_refused", "—", {"way": "openid"})]
    assert len(accounts.every()) == 1


def test_a_token_signed_by_an_older_key_or_for_several_of_whom_we_are_the_one_is_taken(door: Any, home: Path, provider: Provider):
    provider.signing_key, provider.header = provider.old_key, {"alg": "PS256"}
    provider.claims = {"aud": ["tongxing", "another"], "azp": "tongxing"}
    assert come_back(door, provider).status == 303


def test_a_way_back_that_this_browser_did_not_begin_or_used_before_is_refused(door: Any, home: Path, provider: Provider):
    address, cookie = begin(door)
    back = urlsplit(provider.approve(address))
    path = f"{back.path}?{back.query}"
    stranger = begin(door)[1]
    assert is_refused(ask(door, path), "已经过期")
    assert is_refused(ask(door, path, cookie=stranger), "已经过期")
    assert is_refused(ask(door, path, cookie=f"{COOKIE}=..."), "已经过期")
    assert is_refused(ask(door, path + "&iss=https://other.example", cookie=cookie), "没有通过核对")
    assert ask(door, path, cookie=cookie).status == 303
    assert is_refused(ask(door, path, cookie=cookie), "没有通过核对")  # replayed as it was: the code is used up
    assert is_refused(ask(door, f"{back.path}?error=access_denied&state={cookie.split('.')[2]}", cookie=cookie), "没有完成登录")


def test_a_code_stolen_on_its_way_is_worth_nothing_to_another_browser(door: Any, home: Path, provider: Provider):
    stolen = parse_qs(urlsplit(provider.approve(begin(door)[0])).query)["code"][0]
    _address, cookie = begin(door)
    state = cookie.split(".")[2]
    assert is_refused(ask(door, f"/auth/openid/back?code={stolen}&state={state}", cookie=cookie), "没有通过核对")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/auth/logout"])
def test_the_way_back_leads_to_no_other_site(door: Any, home: Path, provider: Provider, target: str):
    assert come_back(door, provider, target).headers["location"] == "/"


@pytest.mark.parametrize(
    ("person", "more", "sentence"),
    [
        ({"groups": ["other"]}, "", "没有给您的账号这里的角色"),
        ({"groups": None}, "", "没有给您的账号这里的角色"),
        ({"groups": ["town-leaders", "centre"]}, "", "几种角色（centre、leader）"),
        ({"groups": ["directors"]}, "", "没有给您的账号任何村"),
        ({"groups": ["town-leaders"]}, 'villages_claim = "villages"', "没有给您的账号任何村"),
        ({"groups": ["directors"], "villages": "草坝村"}, 'villages_claim = "villages"', "“1”在这里没有代码"),
        ({"groups": ["directors"], "villages": ["无名村"]}, 'villages_claim = "villages"', "“无名村”在这里没有代码"),
        ({"preferred_username": "wang"}, "", "是另一个人的"),
        ({"preferred_username": "WANG"}, "", "是另一个人的"),
        ({"preferred_username": None}, "", "账号名可用"),
        ({"preferred_username": "<script>"}, "", "账号名可用"),
    ],
    ids=str,
)
def test_who_has_no_role_here_or_the_name_of_another_is_told_so_and_has_no_account(
    door: Any, home: Path, provider: Provider, person: dict, more: str, sentence: str
):
    set_up(home, provider, more)
    provider.person |= person
    assert is_refused(come_back(door, provider), sentence)
    name = provider.person["preferred_username"]
    assert acts(home) == [("sign_in_refused", "—", {"way": "openid"} | ({"account": name} if name else {}))]
    assert [account.name for account in accounts.every()] == ["wang"]


def test_a_closed_account_stays_closed_until_an_administrator_opens_it(door: Any, home: Path, provider: Provider):
    come_back(door, provider)
    accounts.remove("李书记")
    assert is_refused(come_back(door, provider), "已停用")
    with pytest.raises(accounts.AccountError, match="由统一登录管理"):
        accounts.add("李书记", "leader", PASSWORD)
    accounts.reopen("李书记")
    assert come_back(door, provider).status == 303
    with pytest.raises(accounts.AccountError, match="没有停用的"):
        accounts.reopen("李书记")


def test_no_password_opens_an_account_of_the_provider_nor_can_one_be_given(door: Any, home: Path, provider: Provider):
    come_back(door, provider)
    assert [accounts.matches("李书记", password) for password in ("", PASSWORD)] == [False, False]
    for change in (lambda: accounts.change_password("李书记", "别的一个够长的密码"), lambda: accounts.change_role("李书记", "centre")):
        with pytest.raises(accounts.AccountError, match="由统一登录管理"):
            change()


def test_the_last_administrator_with_a_password_stays_though_the_provider_has_others(door: Any, home: Path, provider: Provider):
    (home / "sign_in.toml").write_text((home / "sign_in.toml").read_text().replace('"leader"', '"admin"'))
    come_back(door, provider)
    with pytest.raises(accounts.AccountError, match="最后一个"):
        accounts.remove("wang")


def test_nobody_comes_in_by_the_provider_before_there_is_an_administrator(door: Any, home: Path, provider: Provider):
    (home / "accounts.sqlite").unlink()
    assert is_refused(come_back(door, provider), "还没有管理员")


def test_without_local_accounts_a_password_opens_nothing_but_for_an_administrator_on_this_machine(
    door: Any, home: Path, provider: Provider
):
    accounts.add("zhao", "leader", PASSWORD, must_change=False)
    assert send_form(door, "zhao", PASSWORD).status == 303
    set_up(home, provider, "local_accounts = false")
    assert '<form method="post" action="/auth/login" hidden>' in ask(door, "/auth/login").text
    for name in ("wang", "zhao"):
        assert is_refused(send_form(door, name, PASSWORD), "这里只用统一登录")

    async def here(scope: Any, receive: Any, send: Any) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"host"] + [(b"host", b"127.0.0.1:8501")]
        await door(scope | {"client": ("127.0.0.1", 5000), "headers": headers}, receive, send)

    assert '<form method="post" action="/auth/login" >' in ask(here, "/auth/login").text
    assert (send_form(here, "wang", PASSWORD).status, send_form(here, "zhao", PASSWORD).status) == (303, 401)


def test_the_sign_in_page_offers_the_provider_where_there_is_one(door: Any, home: Path, own_home: Path):
    offered = '<p ><a class="button" href="/auth/openid?next=%2Fcoverage">统一登录</a></p>'
    assert offered in ask(door, "/auth/login?next=/coverage").text
    (home / "sign_in.toml").unlink()
    assert "<p hidden><a" in ask(door, "/auth/login").text
    assert is_refused(ask(door, "/auth/openid"), "这里没有统一登录", 404)


@pytest.mark.parametrize(
    ("metadata", "status"),
    [({"issuer": "https://other.example"}, 200), ({"authorization_endpoint": "file:///etc/passwd"}, 200), ({}, 500)],
    ids=str,
)
def test_a_provider_that_is_not_there_or_not_itself_is_said_and_passwords_still_work(
    door: Any, home: Path, provider: Provider, metadata: dict, status: int
):
    provider.metadata, provider.status = metadata, status
    assert is_refused(ask(door, "/auth/openid"), "现在联系不上", 503)
    assert send_form(door, "wang", PASSWORD).status == 303


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("issuer = 'http://id.example'", "不是网址"),
        ("issuer = 'https://id.example?x=1'", "不是网址"),
        ("issuer = 'https://id.example'", "sign_in.toml address"),
        ("issuer = 'https://id.example'\naddress = 'https://town.example'", "sign_in.toml roles"),
        ("issuer = 'https://id.example'\naddress = 'https://town.example'\n[roles]\na = 'king'", "没有“king”这种角色"),
        ("local_accounts = false", "sign_in.toml issuer"),
        ("secret = 'x'", "没有这一项"),
        ("scopes = ['profile']", "其中要有 openid"),
        ("issuer =", "第 1 行"),
    ],
    ids=lambda text: text[:30],
)
def test_settings_that_cannot_hold_are_named_and_open_nothing_meanwhile(door: Any, home: Path, capsys: Any, settings: str, sentence: str):
    (home / "sign_in.toml").write_text(settings)
    assert (main(["openid"]), sentence in capsys.readouterr().err) == (1, True)
    assert is_refused(ask(door, "/auth/openid"), "现在联系不上", 503)
    assert is_refused(send_form(door, "wang", PASSWORD), "这里只用统一登录")


def test_a_secret_that_others_can_read_or_that_is_not_there_is_named(home: Path, capsys: Any):
    (home / "keys" / "openid.secret").chmod(0o640)
    assert (main(["openid"]), "chmod 600" in capsys.readouterr().err) == (1, True)
    (home / "keys" / "openid.secret").unlink()
    assert (main(["openid"]), "keys/openid.secret" in capsys.readouterr().err) == (1, True)


def test_the_command_says_which_address_the_provider_must_know_and_whether_it_answers(home: Path, provider: Provider, capsys: Any):
    assert (main(["openid"]), "https://town.example/auth/openid/back" in capsys.readouterr().out) == (0, True)
    provider.status = 500
    client._metadata_of.cache_clear()
    assert (main(["openid"]), "联系不上" in capsys.readouterr().err) == (1, True)


def test_a_client_whose_provider_wants_the_secret_in_the_form_sends_it_there(door: Any, home: Path, provider: Provider):
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert come_back(door, provider).status == 303


def test_a_town_without_a_provider_loads_nothing_of_it():
    script = "import sys\nfrom pages.access import forms\nfrom pages.access.forms import openid_sign_in\nprint('joserfc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_names_that_must_wait_are_listed_with_the_seconds_that_are_left(own_home: Path):
    for at in range(4):
        attempts.attempt_by_name("李书记", 1000.0 + 10 * at)
    assert (attempts.locked(1031.0), attempts.locked(2000.0)) == ({"李书记": 1}, {})


def test_whom_the_provider_gives_no_role_any_more_is_signed_out_in_every_browser(door: Any, home: Path, provider: Provider):
    token = come_back(door, provider).cookies[sessions.COOKIE].value
    provider.person["groups"] = []
    assert is_refused(come_back(door, provider), "没有给您的账号这里的角色")
    assert sessions.find(token) is None


@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint_auth_methods_supported": None},
        {"jwks_uri": "http://["},
        {"token_endpoint": "http://127.0.0.1:port/"},
        {"authorization_endpoint": ["http://127.0.0.1/"]},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_what_the_provider_says_of_itself_in_no_form_is_said_in_a_sentence(door: Any, home: Path, provider: Provider, metadata: Any):
    provider.metadata = metadata
    answer = ask(door, "/auth/openid")
    if answer.status == 303:
        back = urlsplit(provider.approve(answer.headers["location"]))
        answer = ask(door, f"{back.path}?{back.query}", cookie=f"{COOKIE}={answer.cookies[COOKIE].value}")
    assert (answer.status in (303, 403, 503), answer.status == 303) == (True, sessions.COOKIE in answer.cookies)


@pytest.mark.parametrize("keys", [5, "abc", {"a": 1}, [None, 5, []], None])
def test_a_list_of_keys_that_is_none_proves_nothing(provider: Provider, keys: Any):
    with pytest.raises(client.NotProven):
        client.verified(PLAIN, "a.b.c", {"keys": keys}, "nonce")


@pytest.mark.filterwarnings("ignore:Key size")
def test_a_short_key_proves_nothing(provider: Provider):
    short = jwk.RSAKey.generate_key(1024, {"kid": "new"}, private=True)
    provider.signing_key = short
    text = provider.token({"nonce": "nonce"})
    with pytest.raises(client.NotProven):
        client.verified(replace(PLAIN, issuer=provider.issuer), text, {"keys": [short.as_dict(private=False)]}, "nonce")


def test_an_answer_that_drips_is_given_up_after_the_same_time_as_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "_PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            connection, _address = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while not ended.wait(0.02):
                    connection.sendall(b" ")

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            with pytest.raises(client.Unreachable):
                client._fetch(f"http://127.0.0.1:{server.getsockname()[1]}/", "")
            assert not ended.is_set()
        finally:
            ended.set()
            dripping.join()
