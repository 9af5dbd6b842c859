"""From the page's choice to the bytes of an export: who asks, what is withheld, what is written down first. No widget here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

from locales import language, use_language
from pages.parts import exported
from warehouse import builds, leaving, metrics, settings

CHOICES = ("coverage", "visits", "cascade", "eligibility", "eligibility_reasons", "needs", "duties", "goals", "goal_scores")


def record(entry: dict) -> None:
    """THE PLACE FOR THE AUDIT TRAIL: called with what leaves, before the bytes are given out; when it raises, nothing is.

    `entry`: tables, as_of, build, bytes.
    """
    del entry  # the trail is not there yet


def wanted(names: Sequence[str], groups: Sequence[str]) -> list[tuple[str, str]]:
    """(metric, group) of all tables chosen, in the order of the choices; groups that a metric has not are left out."""
    return [
        (metric, by) for metric in CHOICES if metric in names for by in leaving.OFFERED if by in groups and by in leaving.offered(metric)
    ]


def asking(build_id: str) -> leaving.Asking:
    """How figures of a build are asked for."""
    return lambda metric, by, day: metrics.ask(builds.open_build(builds.home(), build_id), metric, day, by)


def threshold() -> int:
    """Counts below it are withheld, as the home's settings say now. Raises settings.WrongSetting."""
    return settings.settings(builds.home())["small_count"]


def preview(build_id: str, tables: Sequence[tuple[str, str]], day: dt.date) -> leaving.Leaving:
    """What would leave now. Raises withholding.CannotProtect."""
    return leaving.leave(asking(build_id), tables, day, builds.home(), threshold())


def giving(
    build_id: str, tables: Sequence[tuple[str, str]], day: dt.date, form: str, recorded: Callable[[dict], None] = record
) -> Callable[[], bytes]:
    """The bytes of the file, made when they are called for, in the language spoken now."""
    return partial(_bytes, build_id, tuple(tables), day, form, recorded, language())


def _bytes(
    build_id: str, tables: Sequence[tuple[str, str]], day: dt.date, form: str, recorded: Callable[[dict], None], spoken: str
) -> bytes:
    """Plan, write, record, register, and only then give out."""
    use_language(spoken)
    least = threshold()
    written = lambda made: exported.WRITERS[form](exported.edition(made, build_id, least))  # noqa: E731
    return leaving.hand_out(asking(build_id), tables, day, builds.home(), least, build_id, written, recorded)
