"""`python -m pages.access`: what each command prints, and how it ends."""

import io
import stat
from pathlib import Path

import pytest

from pages.access.__main__ import main
from pages.access.accounts import accounts, sessions
from tests.pages.access.conftest import PASSWORD


def run(monkeypatch: pytest.MonkeyPatch, *words: str, typed: str = "") -> int:
    """Run one command with this on standard input; its exit code."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(list(words))


def test_add_reads_the_password_from_standard_input_and_list_shows_the_account(monkeypatch, capsys):
    words = ("add", "柳树村", "--role", "village", "--scope", "340123102001", "--password-stdin")
    assert run(monkeypatch, *words, typed=PASSWORD + "\n") == 0
    assert accounts.matches("柳树村", PASSWORD)
    capsys.readouterr()
    assert run(monkeypatch, "list") == 0
    assert capsys.readouterr().out == "柳树村\tvillage\t340123102001\t在用\n"


def test_a_refused_account_is_one_sentence_on_stderr_and_exit_1(monkeypatch, capsys):
    assert run(monkeypatch, "add", "li", "--role", "leader", "--password-stdin", typed="short\n") == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "密码须有 8 至 256 个字符\n")


@pytest.mark.parametrize("words", [(), ("add",), ("add", "li", "--role", "boss"), ("paint",)])
def test_wrong_use_is_exit_2(monkeypatch, words):
    with pytest.raises(SystemExit) as stop:
        run(monkeypatch, *words)
    assert stop.value.code == 2


def test_remove_closes_the_account(monkeypatch, capsys):
    accounts.add("li", "leader", PASSWORD)
    assert run(monkeypatch, "remove", "li") == 0
    assert not accounts.matches("li", PASSWORD)
    assert run(monkeypatch, "remove", "li") == 1


def test_the_last_administrator_is_refused_with_the_way_to_do_it_and_the_demo_makes_its_own_anew(monkeypatch, capsys, tmp_path: Path):
    accounts.add("li", "admin", PASSWORD)
    assert run(monkeypatch, "remove", "li") == 1
    assert capsys.readouterr().err == "“li”是最后一个在用的全镇管理员：请先新增另一个管理员（角色 admin，范围全镇），再停用或更改这一个\n"
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path / "demo"))
    assert run(monkeypatch, "demo") == 0
    accounts.change_password("admin", "另一个够长的密码")
    assert run(monkeypatch, "demo") == 0
    password = (tmp_path / "demo" / "sign-in.txt").read_text().strip()
    assert accounts.matches("admin", password)


def test_password_gives_a_new_one(monkeypatch):
    accounts.add("li", "leader", PASSWORD)
    assert run(monkeypatch, "password", "li", "--password-stdin", typed="另一个够长的密码") == 0
    assert accounts.matches("li", "另一个够长的密码")


def test_a_password_given_by_command_is_to_be_changed_and_the_demos_is_not(monkeypatch, capsys, tmp_path: Path):
    assert run(monkeypatch, "add", "li", "--role", "leader", "--password-stdin", typed=PASSWORD) == 0
    assert "登录后须换成" in capsys.readouterr().out
    assert [account.must_change for account in accounts.every()] == [True]
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path / "demo"))
    assert run(monkeypatch, "demo") == 0
    assert {account.must_change for account in accounts.every()} == {False}


def test_sign_out_ends_the_accounts_sessions(monkeypatch, capsys):
    accounts.add("li", "leader", PASSWORD)
    token = sessions.start("li")
    assert run(monkeypatch, "sign-out", "li") == 0
    assert "1 处" in capsys.readouterr().out
    assert sessions.find(token) is None
    assert run(monkeypatch, "sign-out", "nobody") == 1


def test_demo_accounts_open_with_the_password_printed_and_stay_the_same(monkeypatch, capsys, tmp_path: Path):
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path / "demo"))
    assert run(monkeypatch, "demo") == 0
    first = capsys.readouterr().out
    password = (tmp_path / "demo" / "sign-in.txt").read_text().strip()
    assert password in first
    assert stat.S_IMODE((tmp_path / "demo" / "sign-in.txt").stat().st_mode) == 0o600
    assert all(accounts.matches(role, password) for role in ("leader", "centre", "reviewer", "admin"))
    assert run(monkeypatch, "demo") == 0
    assert capsys.readouterr().out == first


def test_demo_accounts_are_never_made_beside_real_children(monkeypatch, capsys):
    assert run(monkeypatch, "demo") == 1
    assert "demo" in capsys.readouterr().err
    assert accounts.every() == []
