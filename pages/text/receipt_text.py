"""A receipt in words: the lines in an exported file and on the page that verifies it, and the mark of its edition. No streamlit."""

from locales import _
from pages.text import formatting, labels
from warehouse.disclosure.release_log import INTERNAL, Receipt


def mark(edition: str) -> str:
    """What a file says of its edition before all else."""
    if edition == INTERNAL:
        return _("内部资料：与页面上看到的数一样，只供工作中使用，不得公开、转发")
    return _("公开件：少于规定人数的数已经隐去，可以公开")


def stamp(edition: str, day: str, build: str, receipt: Receipt | None = None) -> str:
    """Return the one line for every page, sheet and picture: the edition, of whom and when, the number, the day, the build."""
    names = [_("内部资料") if edition == INTERNAL else _("公开件")]
    if receipt:
        names += [receipt.who, formatting.moment(receipt.at), _("收据编号：{no} · 记录锚：{anchor}").format(**vars(receipt))]
    return " · ".join([*names, _("统计截至 {day} · 版本 {build}").format(day=day, build=build)])


def lines(receipt: Receipt) -> list[str]:
    """Number, who, when, filters, program, and where the file can be checked; a sentence each."""
    by = _("导出人：{who}（{role}），{at}（{clock}）")
    return [
        _("收据编号：{no} · 记录锚：{anchor}").format(**vars(receipt)),
        *(_("{name}：{value}").format(name=name, value=value) for name, value in receipt.filters.items()),
        by.format(who=receipt.who, role=labels.role_name(receipt.role), at=formatting.moment(receipt.at), clock=formatting.whose_clock()),
        _("程序：同行 {version}").format(version=receipt.program),
        _("核对真伪：在“核对导出文件”页放入本文件，或输入收据编号。"),
    ]


def table(receipt: Receipt) -> list[tuple[str, str]]:
    """What the register holds of an edition, each with its name; nothing that the file does not say, but its hash."""
    return [
        (_("收据编号"), receipt.no),
        (_("文件"), labels.word("form", receipt.form)),
        (_("哪一种"), labels.word("edition", receipt.edition)),
        (_("统计截至"), receipt.as_of),
        (_("数据版本"), receipt.build),
        *receipt.filters.items(),
        (_("导出人"), f"{receipt.who}（{labels.role_name(receipt.role)}）"),
        (_("导出时间"), f"{formatting.moment(receipt.at)}（{formatting.whose_clock()}）"),
        (_("程序"), _("同行 {version}").format(version=receipt.program)),
        (_("记录锚"), receipt.anchor),
        (_("大小（字节）"), f"{receipt.size:,}"),
        (_("校验码（SHA-256）"), receipt.sha256),
    ]
