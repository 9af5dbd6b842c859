"""Signing in and out: the form, its token, the next page, the language, the cookies."""

from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest

from pages.access.accounts import accounts, sessions
from pages.access.forms import sign_in_limits
from pages.access.forms.form_pages import FORM_COOKIE, LONGEST_BODY
from pages.access.forms.sign_in import LANGUAGE_COOKIE, language_of, safe_next
from tests.pages.access.asgi_client import Answer, ask
from tests.pages.access.conftest import PASSWORD


def send_form(door: Any, name: str, password: str, scheme: str = "http", **other: str) -> Answer:
    """Fetch the form and send it back filled in; `other` overrides its hidden fields."""
    cookie = (sessions.HOST_PREFIX if scheme == "https" else "") + FORM_COOKIE
    token = ask(door, "/auth/login", scheme=scheme).cookies[cookie].value
    form = {"form_token": token, "name": name, "password": password, "next": "/coverage?day=2025-12-31"} | other
    return ask(door, "/auth/login", "POST", form, scheme, cookie=f"{cookie}={token}")


def test_the_right_password_leads_to_the_page_asked_for(door: Any):
    accounts.add("li", "leader", PASSWORD, must_change=False)
    answer = send_form(door, "li", PASSWORD)
    assert (answer.status, answer.headers["location"]) == (303, "/coverage?day=2025-12-31")
    token = answer.cookies[sessions.COOKIE].value
    assert sessions.find(token).name == "li"
    assert ask(door, "/coverage", cookie=f"{sessions.COOKIE}={token}").text == "inside /coverage"


@pytest.mark.parametrize(("scheme", "secure"), [("http", ""), ("https", True)])
def test_the_session_cookie_is_kept_from_scripts_from_other_sites_and_from_plain_http(door: Any, scheme: str, secure: Any):
    accounts.add("li", "leader", PASSWORD)
    name = "__Host-tongxing_session" if secure else "tongxing_session"
    cookie = send_form(door, "li", PASSWORD, scheme).cookies[name]
    terms = {name: cookie[name] for name in ("httponly", "samesite", "secure", "path", "max-age", "domain")}
    assert terms == {"httponly": True, "samesite": "lax", "secure": secure, "path": "/", "max-age": "", "domain": ""}


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(door: Any):
    accounts.add("li", "leader", PASSWORD)
    accounts.add("gone", "leader", PASSWORD)
    accounts.remove("gone")
    for name, password in (("li", "wrong password"), ("nobody", PASSWORD), ("gone", PASSWORD)):
        answer = send_form(door, name, password)
        assert answer.status == 401
        assert "账号或密码不对" in answer.text
        assert sessions.COOKIE not in answer.cookies


@pytest.mark.parametrize("name", ["li", "nobody"])
def test_the_fourth_try_in_a_row_must_wait_even_with_the_right_password(door: Any, name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sign_in_limits, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))  # a slow machine waits no less
    accounts.add("li", "leader", PASSWORD)
    assert [send_form(door, name, "wrong password").status for _ in range(3)] == [401, 401, 401]
    answer = send_form(door, name, PASSWORD)
    assert answer.status == 429
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("form_token", ["", "guess", "令牌"])
def test_a_form_without_its_own_token_is_refused_before_the_password_is_looked_at(door: Any, form_token: str):
    accounts.add("li", "leader", PASSWORD)
    answer = send_form(door, "li", PASSWORD, form_token=form_token)
    assert answer.status == 403
    assert sessions.COOKIE not in answer.cookies


def test_a_form_sent_from_elsewhere_without_the_cookie_is_refused(door: Any):
    accounts.add("li", "leader", PASSWORD)
    form = {"form_token": "", "name": "li", "password": PASSWORD}
    assert ask(door, "/auth/login", "POST", form).status == 403


def test_a_body_larger_than_any_form_is_not_read(door: Any):
    assert ask(door, "/auth/login", "POST", {"password": "x" * LONGEST_BODY}).status == 413
    assert ask(door, "/auth/login", "POST", {str(at): "" for at in range(25)}).status == 413


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\r\nset-cookie: x=1",
        "/\t/evil.example",
        "coverage",
        "",
        None,
        "/auth/logout",
        "/_stcore/metrics",
        "/media/1f.xlsx",
        "/" + "a" * 1000,
    ],
)
def test_the_next_page_is_never_another_site_nor_the_machinery(target: str | None):
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/", "/coverage", "/coverage?village=340123102001", "/village?name=柳树村"])
def test_the_next_page_keeps_its_filters(target: str):
    assert safe_next(target) == target


def test_a_hostile_next_page_does_not_leave_the_form(door: Any):
    accounts.add("li", "leader", PASSWORD)
    assert send_form(door, "li", PASSWORD, next="//evil.example").headers["location"] == "/"


def test_what_was_typed_comes_back_as_text_and_not_as_markup(door: Any, signed_in: str):
    answer = send_form(door, '"><script>alert(1)</script>', "wrong password")
    assert "<script>" not in answer.text
    assert '"><script>alert(1)</script>' in unescape(answer.text)


def test_who_is_signed_in_is_led_on_without_a_form(door: Any, signed_in: str):
    answer = ask(door, "/auth/login?next=/coverage", cookie=signed_in)
    assert (answer.status, answer.headers["location"]) == (303, "/coverage")


def test_signing_in_again_ends_the_session_before(door: Any, signed_in: str):
    token = ask(door, "/auth/login").cookies[FORM_COOKIE].value
    form = {"form_token": token, "name": "李书记", "password": PASSWORD}
    ask(door, "/auth/login", "POST", form, cookie=f"{FORM_COOKIE}={token}; {signed_in}")
    assert sessions.find(signed_in.partition("=")[2]) is None


def test_signing_out_on_our_own_page_ends_the_session_in_the_store(door: Any, signed_in: str):
    answer = ask(door, "/auth/logout", cookie=signed_in, sec_fetch_site="same-origin")
    assert (answer.status, answer.headers["location"]) == (303, "/auth/login")
    assert sessions.find(signed_in.partition("=")[2]) is None


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_a_link_elsewhere_signs_nobody_out_but_asks(door: Any, signed_in: str, site: str):
    answer = ask(door, "/auth/logout", cookie=signed_in, sec_fetch_site=site)
    assert (answer.status, '<form method="post" action="/auth/logout">' in answer.text) == (200, True)
    assert sessions.find(signed_in.partition("=")[2])


def test_the_form_that_asks_signs_out_with_its_token_and_not_without(door: Any, signed_in: str):
    assert ask(door, "/auth/logout", "POST", {"form_token": ""}, cookie=signed_in).status == 403
    assert sessions.find(signed_in.partition("=")[2])
    token = ask(door, "/auth/logout", cookie=signed_in).cookies[FORM_COOKIE].value
    answer = ask(door, "/auth/logout", "POST", {"form_token": token}, cookie=f"{signed_in}; {FORM_COOKIE}={token}")
    assert answer.status == 303
    assert sessions.find(signed_in.partition("=")[2]) is None


def test_the_form_speaks_chinese_and_english_after_the_switch(door: Any, signed_in: str):
    answer = ask(door, "/auth/login")
    assert '<html lang="zh-CN">' in answer.text
    assert "密码" in answer.text
    answer = ask(door, "/auth/login?lang=en&next=/coverage")
    assert '<html lang="en">' in answer.text
    assert "Password" in answer.text
    assert 'value="/coverage"' in answer.text
    chosen = {LANGUAGE_COOKIE: answer.cookies[LANGUAGE_COOKIE].value}
    assert language_of(chosen) == "en"
    assert "Password" in ask(door, "/auth/login", cookie=f"{LANGUAGE_COOKIE}=en").text
    assert language_of({}) == language_of({LANGUAGE_COOKIE: "xx"}) == "zh_CN"


def test_the_form_fetches_nothing(door: Any):
    text = ask(door, "/auth/login").text
    assert "<script" not in text
    assert "url(" not in text
    assert "http" not in text.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("agent", "is_told"),
    [
        ("Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE", True),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Safari/537.36 Edg/108.0", True),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36 Edg/109.0", False),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0", True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", False),
        ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", True),
        ("curl/8", False),
    ],
)
def test_an_old_browser_is_told_at_the_sign_in_and_may_go_on(door: Any, signed_in: str, agent: str, is_told: bool):
    answer = ask(door, "/auth/login", user_agent=agent)
    assert ("这个浏览器太旧" in answer.text, "Chromium 109 以上" in answer.text, "密码" in answer.text) == (is_told, is_told, True)
