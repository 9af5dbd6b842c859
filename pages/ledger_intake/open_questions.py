"""What a load leaves open: tables, words and headings that nobody has explained. An answer is kept, recorded, and everything is read again by it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from etl.forms import layouts
from locales import _, language
from pages.access import User
from pages.components import actor, page_frame
from pages.jobs import job_folder, loads
from pages.ledger_intake import layout_questions, remembered_answers, word_questions
from warehouse.storage import keys


def section(home: Path, user: User, job: loads.Load | None) -> None:
    """Show the questions of the load that waits, else of the published build, to who may answer them."""
    candidate = job.report["candidate"] if job and job.state == "ready" else None
    record = actor.recorder(user)

    def answer_table(layout: layouts.Layout) -> None:
        with page_frame.refusals(layouts.WrongLayout, job_folder.Refused):
            layouts.require_readable(layout)
            record(home, "layout_kept", {"layout": layout.fingerprint, "form": layout.ledger})
            layouts.keep(home, layout)
            _read_again()

    def answer_words(words: Sequence[layouts.Word | layouts.Heading], nothing_chosen: str) -> None:
        if not words:
            st.error(nothing_chosen)
            return
        with page_frame.refusals(job_folder.Refused):
            for word in words:
                record(home, "word_kept", {"word": remembered_answers.text(word), "meaning": remembered_answers.meaning(word)})
            layouts.keep(home, *words)
            _read_again()

    def _read_again() -> None:
        loads.read_again(home, job, user.name, language(), record)
        st.rerun()

    with page_frame.refusals(keys.KeyMissing, keys.WrongKey):  # cells that are asked about are sealed
        if tables := layout_questions.questions(home, candidate):
            layout_questions.section(tables, user.name, answer_table)
        layout_questions.other_tables(home, candidate, user.name, answer_table)
        words, hidden = word_questions.questions(home, candidate)
        if words or hidden:
            word_questions.section(words, hidden, user.name, partial(answer_words, nothing_chosen=_("还没有选任何一种写法的意思")))
    if headings := word_questions.open_headings(home, candidate):
        word_questions.heading_section(headings, user.name, partial(answer_words, nothing_chosen=_("还没有选任何一个表头是哪一项")))
