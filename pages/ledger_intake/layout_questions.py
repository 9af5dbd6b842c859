"""Tables that wait for an answer: which field each column is, chosen from a list beside masked samples; the answers that are kept."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from checks.catalogue import word
from etl.forms import forms, layouts, table_questions
from etl.forms.table_questions import Question
from locales import _
from pages.components import chart_blocks, choices
from pages.text import formatting, labels
from warehouse.builds import raw_sheets, repository
from warehouse.builds.repository import Build
from warehouse.sql import compose
from warehouse.storage import build_files, keys

FEW = 3  # places that are named


@contextmanager
def build_asking(home: Path, candidate: str | None) -> Iterator[Build]:
    """The build whose questions are asked: the candidate, else the published one."""
    is_waiting = candidate in build_files.candidates(home)  # not if its publisher was killed before the load was gone
    build = Build(build_files.candidate_of(home, str(candidate))) if is_waiting else repository.open_build(home)
    try:
        yield build
    finally:
        if is_waiting:
            build.close()


def questions(home: Path, candidate: str | None = None) -> list[Question]:
    """Return what is open in the candidate, else in the published build; one for each set of headings, the most rows first."""
    with build_asking(home, candidate) as build:
        waiting = raw_sheets.waiting(build, lambda: keys.load_key(home))
    return table_questions.merged(table_questions.question(header, row) for header, row in waiting if header.get("grid"))


def section(open_questions: list[Question], by: str, answer: Callable[[layouts.Layout], None]) -> None:
    """Show a form for each question; `answer` keeps a layout and reads again."""
    chart_blocks.section_heading(
        _("请回答：{count} 种表样有拿不准的地方").format(count=len(open_questions)),
        _("选好每一列是什么，程序就记住这种表样，以后同样表头的台账不再问。没有回答的表先不载入，其余照常。"),
    )
    for question in open_questions:
        with st.container(border=True):
            form(question, by, answer)


def other_tables(home: Path, candidate: str | None, by: str, answer: Callable[[layouts.Layout], None]) -> None:
    """Let a person explain a table that was taken for no ledger, or a column whose heading is hidden: the same form as for a question."""
    with build_asking(home, candidate) as build:
        rows = {row["sheet_id"]: row for row in build.rows(compose.list_sql("other_tables"))}
    if not rows:
        return

    def title(sheet_id: str) -> str:
        row = rows[sheet_id]
        place = f"{row['file']} · {raw_sheets.sheet_title(row['sheet'])}"
        text = _("{place}（有一列看不出是什么）") if row["state"] in ("loaded", "set_aside") else _("{place}（没有认作台账）")
        return text.format(place=place)

    with st.expander(_("没有认作台账的表、看不出是什么的列：{count} 张表").format(count=len(rows))):
        st.caption(_("其中若有台账，选出那张表，说明它是哪一种台账、每一列是什么；汇总、通讯录等本来就不是台账的，不必理会。"))
        chosen = choices.pick(_("选一张表"), rows, title, "other_table")
        if chosen is None:
            return
        with build_asking(home, candidate) as build:
            ((header, row),) = raw_sheets.waiting(build, lambda: keys.load_key(home), chosen)
        if header.get("grid"):
            form(table_questions.question(header, row | {"rows": len(header["grid"]["texts"])}), by, answer)
        else:
            st.info(_("这张表没有留下可以说明的内容（没有数据行，或由旧版本读入）：请把台账再上传一次。"))


def form(question: Question, by: str, answer: Callable[[layouts.Layout], None]) -> None:
    """Show one question with the choices of kind, columns, day and class."""
    key = question.fingerprint
    if question.places:
        reasons = labels.words("table_question")
        why = reasons.get(question.about, reasons["other"])
        st.html(
            f"<h3>{html.escape(why.format(rows=question.rows))}</h3><div>{html.escape(formatting.join_names(question.places, FEW))}</div>"
        )
    kinds = [name for name in forms.forms() if name != "villages"]
    ledger = choices.pick(_("这是哪一种台账"), kinds, word, f"kind-{key}", question.ledger)
    if ledger is None:
        return
    spec = forms.forms()[ledger]
    fields = [_column(question, at, spec, f"{key}-{ledger}-{at}") for at in range(len(question.headings))]
    stated = None
    if spec.day and spec.day not in fields:
        stated = st.date_input(_("表里没有日期列：这次全部按哪一天"), value=None, key=f"day-{key}")
    class_no = None
    if ledger == "children" and "class_no" not in fields:
        label = _("表里没有类别列：这次全部是哪一类（不选则按标题）")
        class_no = choices.pick(label, range(1, 7), formatting.class_short, f"class-{key}", placeholder=_("按标题"))
    if st.button(_("记住，并按这样读"), key=f"answer-{key}", type="primary"):
        days = dict.fromkeys(question.files, stated.isoformat()) if stated else {}
        classes = dict.fromkeys(question.files, class_no) if class_no else {}
        answer(layouts.Layout(question.fingerprint, question.headings, ledger, fields, days, classes, by))


def _column(question: Question, at: int, form: forms.Form, key: str) -> str | None:
    """Show one column with its samples and the choice of its field; return the field."""
    samples = " ".join(f"<code>{html.escape(text)}</code>" for text in question.samples[at]) or html.escape(_("（空）"))
    likely = question.likely[at]
    if form.ledger != question.ledger:  # another kind than the likely one: by the heading alone
        likely = form.aliases.get(forms.plain(question.headings[at]))
    names = [*form.fields, *([likely] if likely and ":" in likely else [])]  # a column of ticks is what it is
    about = samples if question.places else ""
    return choice(question.headings[at], about, names, likely, lambda name: layouts.heading_of(form, name), key, _("不需要"))


def choice(
    text: str, about: str, options: list[str], likely: str | None, name_of: Callable[[str], str], key: str, placeholder: str
) -> str | None:
    """Show a text of a ledger, and what is said of it (markup), beside the choice of what it means; return the choice."""
    place, box = st.columns([2, 3], vertical_alignment="center")
    place.html(f"<b>{html.escape(text)}</b>" + (f"<br>{about}" if about else ""))
    with box:
        return choices.pick(formatting.escape_markdown(text), options, name_of, key, likely, placeholder, label_visibility="collapsed")
