"""What the audit trail records: the code of each act, and the words for acts and for what they were about."""

from __future__ import annotations

from collections.abc import Callable

from locales import _

BROKEN = "trail_broken"  # the trail's own note where it went on without its head
ACTS = (
    "sign_in",
    "sign_in_refused",
    "sign_out",
    "unmask",
    "export",
    "export_fetched",
    "load",
    "publish",
    "leave",
    "undo",
    "return_copies",
    "submit",
    "send_back",
    "account_added",
    "account_changed",
    "account_removed",
    "password_changed",
    "key_rotated",
    "deidentified",
    BROKEN,
)


def name(act: str) -> str:
    """An act in the reader's language; a code that nobody knows stays as it is."""
    names = {"sign_in": _("登录"), "sign_in_refused": _("登录被拒"), "sign_out": _("退出登录"), "unmask": _("查看姓名")}
    names |= {
        "export": _("导出"),
        "export_fetched": _("取走做好的导出"),
        "load": _("载入台账"),
        "publish": _("发布"),
        "undo": _("回到以前的版本"),
    }
    names |= {
        "leave": _("放弃，不发布"),
        "return_copies": _("制作退回的台账"),
        "submit": _("报送"),
        "send_back": _("退回报送"),
        "account_added": _("新增账号"),
        "account_changed": _("更改账号"),
    }
    names |= {"account_removed": _("停用账号"), "password_changed": _("换密码"), "key_rotated": _("更换密钥")}
    return (names | {"deidentified": _("去标识化"), BROKEN: _("审计记录中断后续记")}).get(act, act)


def describe(about: dict[str, str], role_name: Callable[[str], str]) -> str:
    """What an act was about, as one line: each item with its name where it has one; `role_name` words a role."""
    names = {"account": _("账号"), "role": _("角色"), "scope": _("村（社区）"), "build": _("版本"), "files": _("文件数")}
    names |= {"without": _("去掉的文件"), "then": _("之后"), "by": _("登记的载入人"), "job": _("任务"), "child": _("儿童代号")}
    names |= {
        "reason": _("原因"),
        "name_known": _("有这个账号"),
        "village": _("村（社区）"),
        "form": _("表"),
        "count": _("数量"),
        "tables": _("表"),
        "since": _("起始日"),
        "as_of": _("统计截至"),
        "fields": _("项目"),
        "no": _("收据编号"),
        "sha256": _("校验码"),
    }
    values = {"yes": _("是"), "no": _("否"), "publish": _("发布"), "stage": _("待发布"), "all": _("全镇")}
    worded = about | ({"role": role_name(about["role"])} if "role" in about else {})
    return _("，").join(
        _("{name}：{value}").format(name=names.get(key, key), value=values.get(value, value)) for key, value in worded.items()
    )
