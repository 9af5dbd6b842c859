"""Which village has reported which ledgers of the last month or quarter, and which are late. No streamlit."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.catalogue import word
from locales import _
from pages.text import formatting
from pages.word_report.docx_writer import Writer
from warehouse.sql import snapshots

LEDGERS = ("children", "helpers", "pairings", "visits", "needs", "care_events", "trainings", "policy_cards", "safety_reports")
MONTHS = {"month": 1, "quarter": 3}  # of a period, by the setting report_period


@dataclass(frozen=True)
class Period:
    """The last period that has ended: a ledger whose reporting day is in its last month or later counts; due by a day after its end."""

    name: str
    last: dt.date
    due: dt.date

    @property
    def counts_from(self) -> dt.date:
        """The first reporting day that counts."""
        return self.last.replace(day=1)


def period(today: dt.date, now: Mapping[str, object]) -> Period:
    """Return the period that villages report of on a day, by the town's settings."""
    months = MONTHS[str(now["report_period"])]
    last = snapshots.month_end(today, 1)
    while last.month % months:
        last = snapshots.month_end(last, 1)
    name = _("{year} 年 {month} 月") if months == 1 else _("{year} 年第 {quarter} 季度")
    text = name.format(year=last.year, month=last.month, quarter=last.month // 3)
    return Period(text, last, last + dt.timedelta(days=int(str(now["report_grace_days"]))))


def missing(reports: Iterable[Mapping], villages: Iterable[str], of: Period) -> dict[str, list[str]]:
    """Return the ledgers that each village has not reported yet, of rows of `reports_by_ledger`."""
    reported = {(row["village_id"], row["ledger"]) for row in reports if row["last_on"] >= of.counts_from}
    return {code: [ledger for ledger in LEDGERS if (code, ledger) not in reported] for code in villages}


def reminder(lacking: Mapping[str, list[str]], names: Mapping[str, str], of: Period, today: dt.date) -> str:
    """Return the text that reminds the villages, which the program does not send: no name and no figure of a child is in it."""
    lines = [_("{village}：{ledgers}").format(village=village, ledgers=ledgers) for village, ledgers in _late(lacking, names)]
    return "\n".join([_("【台账报送提醒】") + _opening(of, today), *lines, _ending()])


def notice(lacking: Mapping[str, list[str]], names: Mapping[str, str], of: Period, today: dt.date, signed: str) -> bytes:
    """Return the same as a Word document to print and pass on."""
    now = dt.datetime.now(dt.UTC)
    doc = Writer([_("关于报送{period}台账的提醒").format(period=of.name)], "", formatting.day(today), now, today.year)
    doc.addressed(_("各村（居）民委员会"))
    doc.text(_opening(of, today))
    doc.table(_("还没有报齐的村（社区）"), [_("村（社区）"), _("还差的台账")], _late(lacking, names), widths=(1.0, 3.0), words=(0, 1))
    doc.text(_ending())
    doc.sign([], [line for line in (signed, formatting.day(today)) if line])
    return doc.file()


def _late(lacking: Mapping[str, list[str]], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the villages that lack something, each with what."""
    everything = _("全部 {count} 种").format(count=len(LEDGERS))
    says = {
        code: everything if len(ledgers) == len(LEDGERS) else formatting.join_names([*map(word, ledgers)])
        for code, ledgers in lacking.items()
    }
    return [(names[code], text) for code, text in says.items() if text]


def _opening(of: Period, today: dt.date) -> str:
    text = _("{period}的台账应在 {due} 前报齐，今天 {today}，以下村（社区）还差：")
    return text.format(period=of.name, due=of.due, today=today)


def _ending() -> str:
    return _("没有儿童或没有发生的，报一张空表也算报过。空白表在“报送台账”页下载。")
