"""What the audit trail records: the code of each act, and the words for acts and for what they were about."""

from collections.abc import Callable

from locales import N_, _

BROKEN = "trail_broken"  # the trail's own note where it went on without its head
ACTS = {
    "sign_in": N_("登录"),
    "sign_in_refused": N_("登录被拒"),
    "sign_out": N_("退出登录"),
    "unmask": N_("查看姓名"),
    "export": N_("导出"),
    "export_fetched": N_("取走做好的导出"),
    "load": N_("载入台账"),
    "publish": N_("发布"),
    "leave": N_("放弃，不发布"),
    "undo": N_("回到以前的版本"),
    "layout_kept": N_("记住表样"),
    "layout_confirmed": N_("确认表样"),
    "layout_withdrawn": N_("撤回表样"),
    "word_kept": N_("记住词语"),
    "word_withdrawn": N_("撤回词语"),
    "layouts_imported": N_("导入表样与词语"),
    "declare": N_("填写申报数"),
    "return_copies": N_("制作退回的台账"),
    "submit": N_("报送"),
    "send_back": N_("退回报送"),
    "account_added": N_("新增账号"),
    "account_changed": N_("更改账号"),
    "account_removed": N_("停用账号"),
    "password_changed": N_("换密码"),
    "key_rotated": N_("更换密钥"),
    "deidentified": N_("去标识化"),
    BROKEN: N_("审计记录中断后续记"),
}
_ITEMS = {
    "account": N_("账号"),
    "role": N_("角色"),
    "scope": N_("村（社区）"),
    "build": N_("版本"),
    "files": N_("文件数"),
    "without": N_("去掉的文件"),
    "then": N_("之后"),
    "by": N_("登记的载入人"),
    "job": N_("任务"),
    "child": N_("儿童代号"),
    "reason": N_("原因"),
    "name_known": N_("有这个账号"),
    "village": N_("村（社区）"),
    "form": N_("表"),
    "edition": N_("哪一种"),
    "layout": N_("表样"),
    "word": N_("词语"),
    "meaning": N_("意思"),
    "count": N_("数量"),
    "tables": N_("表"),
    "since": N_("起始日"),
    "as_of": N_("统计截至"),
    "figure": N_("指标"),
    "class": N_("类别"),
    "declared": N_("申报数"),
    "fields": N_("项目"),
    "no": N_("收据编号"),
    "sha256": N_("校验码"),
}
_VALUES = {"yes": N_("是"), "no": N_("否"), "publish": N_("发布"), "stage": N_("待发布"), "all": N_("全镇")}
_VALUES |= {"internal": N_("内部件"), "public": N_("公开件")}


def name(act: str) -> str:
    """An act in the reader's language; a code that nobody knows stays as it is."""
    return _(ACTS.get(act, act))


def describe(about: dict[str, str], role_name: Callable[[str], str]) -> str:
    """What an act was about, as one line: each item with its name where it has one; `role_name` words a role."""
    texts = {key: role_name(value) if key == "role" else _(_VALUES[value]) if value in _VALUES else value for key, value in about.items()}
    return _("，").join(_("{name}：{value}").format(name=_(_ITEMS.get(key, key)), value=text) for key, text in texts.items())
