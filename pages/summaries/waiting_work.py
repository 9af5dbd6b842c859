"""What waits on a page for a reader, as the menu counts it: ledgers handed in, questions, what is in hand."""

from functools import lru_cache
from pathlib import Path

from locales import Refusal
from pages.access import User, rights
from pages.jobs import job_list, loads
from pages.ledger_intake import layout_questions, submissions
from warehouse.storage import build_files


def of(user: User) -> dict[str, int]:
    """Return how much waits, by page; nothing where the home does not open."""
    home, counts = build_files.home(), dict[str, int]()
    try:
        if rights.may(user, "pages", "work"):
            every = job_list.entries(user)
            counts["work"] = sum(entry.job.is_at_work or (entry.is_own and entry.job.state == "ready") for entry in every)
        if rights.may(user, "actions", "load"):
            load = loads.current(home)
            candidate = load.report.get("candidate") if load and load.state == "ready" else None
            counts["ledgers"] = len(submissions.waiting(home)) + bool(candidate) + _questions(home, build_files.published(home), candidate)
        if rights.may(user, "actions", "submit"):
            counts["submissions"] = sum(len(submissions.questions(home, code)) for code in user.scope)
    except Refusal:
        return {}
    return counts


@lru_cache(maxsize=8)
def _questions(home: Path, build_id: str | None, candidate: str | None) -> int:
    """How many kinds of tables wait for an answer."""
    return len(layout_questions.questions(home, candidate)) if build_id or candidate else 0
