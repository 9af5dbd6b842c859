"""Parts of a report's sentences, each right for some, for none, for all, for no figure and for what is withheld."""

from __future__ import annotations

from collections.abc import Sequence

from locales import _, language
from pages.text import formatting, labels
from pages.word_report.report_data import VillageProgress, is_number, parts_text, share_of, share_text
from warehouse.disclosure.cell_display import Shown

MOST = 8  # villages named in a sentence; the table names them all


def is_english() -> bool:
    """Whether the report is written in English."""
    return language() == "en"


def inside(name: str) -> str:
    """A name in the middle of a sentence: English ones lose their capital."""
    return name[:1].lower() + name[1:] if is_english() else name


def capital(text: str) -> str:
    """Return a text for a place of its own: English ones begin with a capital."""
    return text[:1].upper() + text[1:]


def sentence(*clauses: str) -> str:
    """Clauses as one sentence; empty ones are left out, and nothing comes of none."""
    parts = [clause for clause in clauses if clause]
    text = ("; " if is_english() else "，").join(parts)
    return _ended(text)


def halves(*clauses: str) -> str:
    """Longer clauses as one sentence, parted by semicolons."""
    return _ended(("; " if is_english() else "；").join(clause for clause in clauses if clause))


def _ended(text: str) -> str:
    if not text:
        return ""
    return capital(text) + ". " if is_english() else text + "。"


def count(figure: str, value: object, kind: str = "children", none: str = "") -> str:
    """待核实的儿童3人; 没有待核实的儿童; 待核实的儿童不公布. `figure` as codes.figure_name knows it.

    `none` says it better for 0, where there is something better.
    """
    name = inside(labels.figure_name(figure))
    if value is Shown.WITHHELD:
        return _("{name}数不公布").format(name=name)
    if not is_number(value):
        return _("{name}没有数据").format(name=name)
    if not value:
        return none or _("没有{name}").format(name=name)
    return {
        "children": _("{name}{count}人"),
        "needs": _("{name}{count}件"),
        "days": _("{name}{count}人次"),
        "helpers": _("{name}{count}名"),
    }[kind].format(name=name, count=value)


def share(name: str, numerator: object, denominator: object) -> str:
    """结对覆盖率97.7%（251/257）; …不公布; …没有可算的数. `name` as codes.share_name knows it."""
    value, called = share_of(numerator, denominator), inside(labels.share_name(name))
    if value is Shown.WITHHELD:
        return _("{name}不公布").format(name=called)
    if value is Shown.NO_DATA:
        return _("{name}没有可算的数").format(name=called)
    return _("{name}{share}（{parts}）").format(
        name=called, share=share_text(numerator, denominator), parts=parts_text(numerator, denominator)
    )


def named(names: Sequence[str], most: int = MOST) -> str:
    """Names in a sentence, the first few of many."""
    return formatting.list_villages(list(names), most)


def reached(progress: VillageProgress, everyone: str, some: str, nobody: str) -> str:
    """A sentence on which villages a share has reached and which are to be followed up.

    `everyone` speaks of all `{count}` villages that have children, `some` and `nobody` of `{names}`.
    """
    if progress.reached and not progress.waiting and not progress.withheld:
        clauses = [everyone.format(count=len(progress.reached))]
    else:
        waiting = [f"{name}（{parts_text(part, whole)}）" for name, part, whole in progress.waiting]
        if is_english():
            waiting = [f"{name} ({parts_text(part, whole)})" for name, part, whole in progress.waiting]
        clauses = [
            some.format(names=named(progress.reached)) if progress.reached else "",
            _("待跟进的有{names}").format(names=named(waiting)) if waiting else "",
            _("{names}的数按规定不公布").format(names=named(progress.withheld)) if progress.withheld else "",
        ]
    return halves(*clauses, nobody.format(names=named(progress.nobody)) if progress.nobody else "")
