"""What is remembered: layouts with their headings, words and headings with their meaning; who said so and when; changed and withdrawn."""

import dataclasses
import html
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from checks.catalogue import word
from etl.forms import forms, layouts, table_questions
from locales import _
from pages.components import chart_blocks, choices, page_frame, record_columns, tables
from pages.ledger_intake import layout_questions, word_questions
from pages.text import formatting
from warehouse.audit import trail

Files = Callable[[str], str]  # key of an entry → in how many files it is used


def layout_section(
    home: Path,
    remembered: list[layouts.Layout],
    files: Files,
    villages: dict[str, str],
    by: str,
    record: trail.Recorder | None,
    is_centre: bool,
) -> None:
    """Show the layouts; with `record` the centre can change, confirm and withdraw them, a village its own."""
    chart_blocks.section_heading(
        _("记住的表样：{count} 种").format(count=len(remembered)),
        _("表头与它相同的台账按它读；村（社区）自己回答的，中心确认之前只用于本村"),
    )
    in_wait = _("{village}，待确认")
    cells = {
        "headings": lambda layout: html.escape(formatting.join_names(layout.headings, 6)),
        "used_for": lambda layout: html.escape(
            in_wait.format(village=villages.get(layout.village, layout.village)) if layout.village else _("全镇")
        ),
        "files": lambda layout: files(layout.key),
    }
    tables.rows_table(remembered, record_columns.listed("lists", "layouts", **cells))

    def title(layout: layouts.Layout) -> str:
        return f"{formatting.join_names(layout.headings, 6)} · {formatting.moment(layout.at)}"

    chosen = choices.pick(_("看一种表样"), remembered, title, "layout_chosen")
    if chosen:
        _layout(home, chosen, by, record if is_centre or chosen.village else None, is_centre)


def _layout(home: Path, layout: layouts.Layout, by: str, record: trail.Recorder | None, is_centre: bool) -> None:
    form = forms.forms()[layout.ledger]
    if record is None or not st.toggle(_("更改"), key=f"change-{layout.key}"):
        names = [layouts.heading_of(form, name) if name else _("不需要") for name in layout.fields]
        pairs = zip(layout.headings, names, strict=True)
        tables.table([_("表头"), _("读作")], [[html.escape(heading), html.escape(name)] for heading, name in pairs])
    else:
        question = table_questions.Question(
            layout.fingerprint, layout.headings, [[] for _heading in layout.headings], layout.fields, layout.ledger, "remembered", [], [], 0
        )

        def answer(changed: layouts.Layout) -> None:
            changed = dataclasses.replace(
                changed, village=layout.village, days=layout.days | changed.days, classes=layout.classes | changed.classes
            )
            with page_frame.refusals(layouts.WrongLayout):
                layouts.require_readable(changed)
                record(home, "layout_kept", {"layout": changed.fingerprint, "form": changed.ledger, "village": layout.village})
                layouts.keep(home, changed)
                page_frame.flash_and_rerun(_("已更改，下一次载入起按它读。"))

        layout_questions.form(question, by, answer)
    if record is None:
        return
    if layout.village and is_centre and st.button(_("确认，各村（社区）都按它读"), key="confirm_layout", type="primary"):
        with page_frame.refusals():
            record(home, "layout_confirmed", {"layout": layout.fingerprint, "village": layout.village})
            layouts.change(home, [dataclasses.replace(layout, village="")], [layout.key])
            page_frame.flash_and_rerun(_("已确认，下一次载入起各村（社区）都按它读。"))
    if st.button(_("撤回这种表样"), key="withdraw_layout"):
        with page_frame.refusals():
            record(home, "layout_withdrawn", {"layout": layout.fingerprint, "village": layout.village})
            layouts.withdraw(home, layout.key)
            page_frame.flash_and_rerun(_("已撤回：以后遇到这样的表头会再问，已载入的不变。"))


def word_section(
    home: Path, remembered: list[layouts.Word | layouts.Heading], files: Files, by: str, record: trail.Recorder | None
) -> None:
    """Show words of cells and headings; with `record` a word's meaning can be changed, and all can be withdrawn."""
    chart_blocks.section_heading(_("记住的词语：{count} 个").format(count=len(remembered)), _("格子里的写法和它的意思，表头和它是哪一项"))
    cells = {
        name: lambda entry, of=of: html.escape(of(entry)) for name, of in (("written", text), ("column", _column), ("meaning", meaning))
    }
    tables.rows_table(remembered, record_columns.listed("lists", "words", **cells, files=lambda entry: files(entry.key)))
    if record is None:
        return

    def title(entry: layouts.Word | layouts.Heading) -> str:
        return f"{text(entry)} → {meaning(entry)}（{_column(entry)}）"

    chosen = choices.pick(_("更改或撤回一个词语"), remembered, title, "word_chosen")
    if isinstance(chosen, layouts.Word):
        codes: list[str | None] = [*forms.codes(chosen.vocabulary), None]
        meanings = partial(word_questions.meaning, chosen.vocabulary)
        code = choices.pick(_("意思"), codes, meanings, f"meaning-{chosen.key}", chosen.code)
        if st.button(_("更改"), key="change_word", type="primary", disabled=code == chosen.code):
            with page_frame.refusals():
                record(home, "word_kept", {"word": chosen.word, "meaning": word_questions.meaning(chosen.vocabulary, code)})
                layouts.keep(home, dataclasses.replace(chosen, code=code, by=by))
                page_frame.flash_and_rerun(_("已更改，下一次载入起按它计算。"))
    if chosen and st.button(_("撤回这个词语"), key="withdraw_word"):
        with page_frame.refusals():
            record(home, "word_withdrawn", {"word": text(chosen)})
            layouts.withdraw(home, chosen.key)
            page_frame.flash_and_rerun(_("已撤回，下一次载入起会再问。"))


def text(entry: layouts.Word | layouts.Heading) -> str:
    """Return what is written: the word of a cell, or the heading."""
    return entry.word if isinstance(entry, layouts.Word) else entry.heading


def _column(entry: layouts.Word | layouts.Heading) -> str:
    """Return the columns that a word stands in, or that it is a heading of a kind of ledger."""
    if isinstance(entry, layouts.Heading):
        return _("{ledger}的表头").format(ledger=word(entry.ledger))
    fields = [spec for form in forms.forms().values() for spec in form.fields.values()]
    return formatting.join_names([*dict.fromkeys(spec.aliases[0] for spec in fields if forms.vocabulary_of(spec) == entry.vocabulary)], 3)


def meaning(entry: layouts.Word | layouts.Heading) -> str:
    """Return what it means: a code's words, or the heading of its field."""
    if isinstance(entry, layouts.Heading):
        return layouts.heading_of(forms.forms()[entry.ledger], entry.field)
    return word_questions.meaning(entry.vocabulary, entry.code)
