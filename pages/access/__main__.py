"""`python -m pages.access`: add, list and remove local accounts; exit 0 done, 1 refused with a sentence, 2 misused."""

import argparse
import getpass
import secrets
import sys

from locales import Refusal, _
from pages.access.accounts import accounts
from pages.access.accounts.store import path
from pages.access.openid import client, provider
from warehouse import row_access
from warehouse.builds import repository
from warehouse.storage import atomic_write, build_files, safe_logging


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.run(chosen)
    except (accounts.AccountError, Refusal) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pages.access", description=_("管理看板的本地账号"))
    commands = parser.add_subparsers(required=True, metavar="add | list | remove | password | sign-out | openid | demo")
    acts = {
        "add": (_add, _("新增账号")),
        "password": (_password, _("换密码，并退出该账号的所有登录")),
        "remove": (_remove, _("停用账号")),
        "sign-out": (_sign_out, _("退出该账号在所有设备上的登录")),
    }
    for word, (run, says) in acts.items():
        command = commands.add_parser(word, help=says)
        command.add_argument("name")
        command.set_defaults(run=run)
    scope = _("只看这些村（社区）：区划代码，县 6 位、镇 9 位、村 12 位，可重复；不写就是全镇")
    commands.choices["add"].add_argument("--role", required=True, choices=accounts.ROLES)
    commands.choices["add"].add_argument("--scope", action="append", default=[], metavar="CODE", help=scope)
    for word in ("add", "password"):
        commands.choices[word].add_argument("--password-stdin", action="store_true", help=_("从标准输入读密码"))
    commands.add_parser("list", help=_("列出账号")).set_defaults(run=_list)
    commands.add_parser("openid", help=_("核对统一登录的设定，问一问它的服务器")).set_defaults(run=_openid)
    commands.add_parser("demo", help=_("准备演示账号（仅限演示数据）")).set_defaults(run=_demo)
    return parser


def _add(chosen: argparse.Namespace) -> None:
    user = accounts.add(chosen.name, chosen.role, _read_password(chosen), chosen.scope)
    print(_("已新增账号 {name}（{role}）").format(name=user.name, role=user.role))
    print(_("这个密码只用于第一次登录；登录后须换成本人自己的密码"))


def _password(chosen: argparse.Namespace) -> None:
    accounts.change_password(chosen.name, _read_password(chosen))
    print(_("已更换 {name} 的密码").format(name=accounts.plain(chosen.name)))


def _remove(chosen: argparse.Namespace) -> None:
    accounts.remove(chosen.name)
    print(_("已停用账号 {name}").format(name=accounts.plain(chosen.name)))


def _sign_out(chosen: argparse.Namespace) -> None:
    count = accounts.end_sessions(chosen.name)
    print(_("已退出 {name} 的所有登录（{count} 处）").format(name=accounts.plain(chosen.name), count=count))


def _list(chosen: argparse.Namespace) -> None:
    for account in accounts.every():
        state = _("已停用") if account.is_disabled else _("在用")
        print(account.name, account.role, ",".join(account.scope), state, sep="\t")


def _openid(chosen: argparse.Namespace) -> None:
    by = provider.read(build_files.home())
    if by is None:
        print(_("没有统一登录：数据目录里没有 {file}，或它没有写 issuer").format(file=provider.FILE))
        return
    print(_("请在统一登录那边登记这个返回地址：{address}").format(address=by.back_address))
    client.sign_in_address(by, client.Attempt("/"))
    print(_("设定没有错，服务器答得对：{issuer}").format(issuer=by.issuer))


def _demo(chosen: argparse.Namespace) -> None:
    """Make the demo's accounts, one per role (a village's only where a register has been loaded), where they are missing.

    Only in a home called `demo`, whose children are invented: raises AccountError elsewhere. The password of all of them is drawn
    once per demo home and kept in its file `sign-in.txt`.
    """
    if path().parent.name != "demo":
        raise accounts.AccountError(_("演示账号只能建在名为 demo 的数据目录里（TONGXING_HOME）"))
    note = path().parent / "sign-in.txt"
    if not note.exists():
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write.write_bytes(note, f"{secrets.token_hex(5)}\n".encode())
    password = note.read_text(encoding="utf-8").strip()
    roles = [role for role in accounts.ROLES if role != "village" or build_files.published(build_files.home())]
    to_change = {account.name for account in accounts.every() if account.must_change}
    for role in roles:
        if role in to_change or not accounts.matches(role, password):
            if any(account.name == role and not account.is_disabled for account in accounts.every()):
                accounts.remove(role, is_replaced=True)
            scope: tuple[str, ...] = ()
            if role == "village":  # the first village of the register
                villages = row_access.ScopedBuild(repository.open_build(build_files.home()), row_access.WHOLE).villages()
                scope = (villages[0]["village_id"],)
            accounts.add(role, role, password, scope, must_change=False)  # everybody may read it in the demo's home
    print(_("演示账号：{names}").format(names="、".join(roles)))
    print(_("演示密码（各账号相同）：{password}").format(password=password))


def _read_password(chosen: argparse.Namespace) -> str:
    """The password from standard input, or typed twice; raises AccountError when the two differ."""
    if chosen.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(_("密码："))
    if getpass.getpass(_("再输一次：")) != first:
        raise accounts.AccountError(_("两次输入的密码不同"))
    return first


if __name__ == "__main__":
    safe_logging.run(main)
