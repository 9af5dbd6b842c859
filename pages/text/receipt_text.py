"""A receipt in words: the lines in a released file and on the page that verifies it. No streamlit."""

from locales import _
from pages.text import formatting, labels
from warehouse.disclosure.release_log import Receipt


def lines(receipt: Receipt) -> list[str]:
    """Number, who, when, filters, program, and where the file can be checked; a sentence each."""
    by = _("导出人：{who}（{role}），{at}（{clock}）")
    return [
        _("收据编号：{no}").format(no=receipt.no),
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
        (_("统计截至"), receipt.as_of),
        (_("数据版本"), receipt.build),
        *receipt.filters.items(),
        (_("导出人"), f"{receipt.who}（{labels.role_name(receipt.role)}）"),
        (_("导出时间"), f"{formatting.moment(receipt.at)}（{formatting.whose_clock()}）"),
        (_("程序"), _("同行 {version}").format(version=receipt.program)),
        (_("大小（字节）"), f"{receipt.size:,}"),
        (_("校验码（SHA-256）"), receipt.sha256),
    ]
