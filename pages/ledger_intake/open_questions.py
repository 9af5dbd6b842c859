"""What a load leaves open: tables, words and headings that nobody has explained. An answer is kept, recorded, and everything is read again by it."""

from pathlib import Path

import streamlit as st

from etl.forms import forms, layouts
from locales import _, language
from pages.access import User
from pages.components import actor, page_frame
from pages.jobs import job_folder, loads
from pages.ledger_intake import heading_questions, layout_questions, word_questions
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

    def answer_words(words: list[layouts.Word]) -> None:
        if not words:
            st.error(_("还没有选任何一种写法的意思"))
            return
        with page_frame.refusals(job_folder.Refused):
            for word in words:
                record(home, "word_kept", {"word": word.word, "meaning": word_questions.meaning(word.vocabulary, word.code)})
            layouts.keep(home, *words)
            _read_again()

    def answer_headings(headings: list[layouts.Heading]) -> None:
        if not headings:
            st.error(_("还没有选任何一个表头是哪一项"))
            return
        with page_frame.refusals(job_folder.Refused):
            for heading in headings:
                name = layouts.heading_of(forms.forms()[heading.ledger], heading.field)
                record(home, "word_kept", {"word": heading.heading, "meaning": name})
            layouts.keep(home, *headings)
            _read_again()

    def _read_again() -> None:
        loads.read_again(home, job, user.name, language(), record)
        st.rerun()

    with page_frame.refusals(keys.KeyMissing, keys.WrongKey):  # cells that are asked about are sealed
        if tables := layout_questions.questions(home, candidate):
            layout_questions.section(tables, user.name, answer_table)
        words, hidden = word_questions.questions(home, candidate)
        if words or hidden:
            word_questions.section(words, hidden, user.name, answer_words)
    if headings := heading_questions.questions(home, candidate):
        heading_questions.section(headings, user.name, answer_headings)
