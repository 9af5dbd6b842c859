"""Why a row counts in one load and not in the other, in words: one line for what the ledgers tell alike, with its places."""

import datetime as dt
from itertools import groupby

from locales import _
from pages.components import drilldown_links
from pages.components.page_frame import View
from pages.text import formatting, labels
from warehouse.review.build_diff import IDENTITY, UNEXPLAINED, Change

MOST = 6  # days named in one line
# Fields whose values go by words (labels.py); every other value stands as it is.
_WORDED = "father_status mother_status event_kind hukou_kind disability_type category mode sex".split()


def markup(view: View, row: dict) -> str:
    """The reasons of one row of an explanation, a line each, every line with its places."""
    lines = [_line(view, row.get("child_id"), list(alike)) for _alike, alike in groupby(row["reasons"], key=_alike)]
    return "<br>".join(lines)


def setting_name(name: str) -> str:
    """The name of a setting, `name.item`."""
    head, _dot, item = name.partition(".")
    names = labels.words("changed_setting")
    word = labels.word("mode", item) if head == "counted_mode" else item
    suffix = "" if word == "default" else _("（{item}）").format(item=word)
    return names[head] + suffix if head in names else _("慰问时限（{item}）").format(item=f"{head} {labels.word('occasion', item)}")


def _alike(change: Change) -> tuple:
    """What puts reasons into one line: visits that came with one ledger, not changes of two cells."""
    values = (change.field, str(change.then), str(change.now)) if change.field or change.then else ()
    return (change.code, change.child_id, change.is_new_file, change.file or "", change.sheet or "", *values)


def _line(view: View, child_id: str | None, alike: list[Change]) -> str:
    """One line: whose it is, where not the row's own, what it is, and where it stands."""
    first = alike[0]
    sentence = formatting.unbroken(_says(first, [change.on for change in alike if change.on]))
    if first.child_id and child_id and first.child_id != child_id:
        sentence = _("同户儿童 {code}：").format(code=drilldown_links.child(view, first.child_id)) + sentence
    return f'{sentence} <span class="quiet">{_places(alike)}</span>' if first.file else sentence


def _places(alike: list[Change]) -> str:
    rows = sorted({change.row_no for change in alike if change.row_no})
    first = {"file": alike[0].file, "sheet": alike[0].sheet, "row_no": formatting.join_names([str(row) for row in rows], MOST)}
    return drilldown_links.place(first)


def _says(change: Change, days: list[dt.date]) -> str:
    if change.kind == UNEXPLAINED:
        names = formatting.join_names([setting_name(name) for name in change.field.split()], MOST)
        return _("台账没有不同，设置改了：{names}").format(names=names) if names else _("台账和设置都没有不同，是程序的算法改了")
    if change.kind == IDENTITY:
        if change.verb == "removed":
            return _("身份信息变了（如补填了身份证号）：同一行台账现在算作代号 {code}").format(code=str(change.now)[:8])
        return _("身份信息变了（如补填了身份证号）：同一行台账当时算作代号 {code}").format(code=str(change.then)[:8])
    if change.verb == "changed":
        return _changed(change)
    template = {
        ("added", True): _("{what}：后来报送的台账才有{days}"),
        ("added", False): _("{what}：台账当时已载入，后来才认出{days}"),
        ("removed", True): _("{what}：所在的台账已撤下{days}"),
        ("removed", False): _("{what}：后来的台账不再这样写{days}"),
    }[change.verb, change.is_new_file]
    named = formatting.join_names([str(day) for day in sorted(set(days))], MOST)
    return template.format(what=labels.word("kind", change.kind), days=_("（{item}）").format(item=named) if named else "")


def _changed(change: Change) -> str:
    if change.kind == "household":
        return _("户号或户主变了")
    if change.kind == "cell":
        template = _("“{field}”后来补填了") if change.now else _("“{field}”后来空着")
        return template.format(field=labels.field_name(change.field.removeprefix("has_")))
    template = _("{what}：{field}由 {then} 改为 {now}")
    values = {"then": _value(change.field, change.then), "now": _value(change.field, change.now)}
    return template.format(what=labels.word("kind", change.kind), field=labels.field_name(change.field), **values)


def _value(field: str, value: object) -> str:
    if value is None:
        return _("空")
    if isinstance(value, bool):
        return labels.word("yes_no", "yes" if value else "no")
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return formatting.join_names([labels.word(field, part) for part in text.split()], MOST) if field in _WORDED else text
