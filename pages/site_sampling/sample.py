"""The children drawn for a visit on site, with what the ledgers say of each that can be checked there.

A sample is of one build and one day: all that decides it is in `SampleRequest`, so a link brings the same one back.
"""

import datetime as dt
import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from checks.catalogue import word
from locales import _
from pages.components import drilldown_links
from pages.data.queries import Figures
from pages.text import formatting, labels
from warehouse.disclosure.release_log import INTERNAL, Order
from warehouse.review import stratified_sample

SIZE, MOST = 20, 200
SEED = re.compile(r"[0-9A-Za-z-]{1,32}")  # it is in links, files and the trail, so nothing of a person fits in
FORM = "sample_xlsx"
# Who may be drawn, by the columns of the registered children (warehouse/sql/rows/children.sql).
WHO: dict[str, Callable[[dict], bool]] = {
    "in_scope": lambda row: row["is_in_scope"],
    "registered": lambda row: True,
    "short_of_visits": lambda row: row["is_in_scope"] and row["is_due"] and not row["is_on_pace"],
    "not_covered": lambda row: row["is_in_scope"] and not row["is_covered"],
    "unverified": lambda row: row["state"] == "unverified",
}


@dataclass(frozen=True)
class SampleRequest:
    """All that decides a sample: build, day, whom to draw from (of WHO, in which villages; none: all), how many, the seed."""

    build: str
    day: dt.date
    who: str
    villages: tuple[str, ...]
    size: int
    seed: str


@dataclass(frozen=True)
class Line:
    """One child of a checklist in words: who, where, and what the ledgers say."""

    number: int
    child_id: str
    village: str
    class_no: int
    place: str
    visits: str
    pairing: str
    eligibility: str
    needs: str

    @property
    def code(self) -> str:
        """The pseudonym as pages show it."""
        return self.child_id[:8]


@dataclass(frozen=True)
class Checklist:
    """The request, the children drawn, the villages' names, and a line a child."""

    request: SampleRequest
    sample: stratified_sample.Sample
    villages: dict[str, str]
    lines: list[Line]

    @property
    def of(self) -> int:
        """From how many children."""
        return sum(stratum.of for stratum in self.sample.strata)


def draw(figures: Figures, request: SampleRequest) -> Checklist:
    """Return the sample that a request decides, of the build and day of `figures`, which are the request's. Raises ValueError for no size or seed."""
    names = figures.village_names()
    rows = [
        row
        for row in figures.step("children_rows")
        if WHO[request.who](row) and (not request.villages or row["village_id"] in request.villages)
    ]
    children = stratified_sample.sample(rows, request.size, request.seed)
    states = {(row["child_id"], row["class_no"]): row for row in figures.step("memberships_rows")}
    needs = [row for row in figures.step("needs_rows") if not row["is_resolved"]]
    order = {village_id: at for at, village_id in enumerate(names)}
    lines = [
        _line(number, row, names, states[row["child_id"], row["class_no"]], [need for need in needs if need["child_id"] == row["child_id"]])
        for number, row in enumerate(sorted(children.rows, key=lambda row: order.get(row["village_id"], len(order))), 1)
    ]
    return Checklist(request, children, names, lines)


def _line(number: int, row: dict, names: dict[str, str], state: dict, needs: list[dict]) -> Line:
    return Line(
        number,
        row["child_id"],
        names.get(row["village_id"], "—"),
        row["class_no"],
        html.unescape(drilldown_links.place(row)),
        _("今年 {days} 次，应有 {due} 次；上次 {last}").format(days=row["visit_days"], due=row["due"], last=row["last_visit_on"] or "—"),
        formatting.join_names(
            [_("有爱心家庭") if row["is_family_paired"] else _("没有爱心家庭"), *([_("部门包片")] if row["is_department_covered"] else [])]
        ),
        _eligibility(state),
        formatting.join_names(
            [f"{labels.word('need', kind)} {count}" for kind, count in Counter(need["category"] for need in needs).items()]
        )
        or _("没有"),
    )


def _eligibility(state: dict) -> str:
    text = labels.word("state", state["state"])
    if state["state"] == "expired" and state["reason"] != "age_limit":  # another day would tell the child's birthday
        text += _("，至 {day}").format(day=state["last_eligible_on"])
    reason = word(state["reason"]) if state["reason"] else ""
    return text + (_("（{item}）").format(item=reason) if reason else "")


def block(checklist: Checklist) -> list[str]:
    """What a checklist is, a line each: build, day, whom, how many, seed, how drawn (to be followed by hand); nothing without them is a sample."""
    request = checklist.request
    places = formatting.join_names([checklist.villages.get(code, code) for code in request.villages]) or _("全部村（社区）")
    missing = {stratum.class_no for stratum in checklist.sample.strata} - {line.class_no for line in checklist.lines}
    unseen = formatting.join_names([formatting.class_short(number) for number in sorted(missing)])
    return [
        _("统计截至：{day}").format(day=request.day),
        _("数据版本：{build}").format(build=request.build),
        _("从哪些儿童中抽：{who}，{places}，共 {of} 人").format(
            who=labels.word("sampled_from", request.who), places=places, of=checklist.of
        ),
        _("要抽 {size} 人，抽出 {count} 人；种子：{seed}").format(size=request.size, count=len(checklist.lines), seed=request.seed),
        *([_("没有抽到的类别：{classes}。人数少于类别数，请多抽几人。").format(classes=unseen)] if unseen else []),
        _(
            "怎样抽：按村（社区）和类别分层，按人数比例分配，人数够时每层至少一人；不够时由种子决定哪些层抽一人，没有抽到的类别换入一人（尽量换同村抽了几人的类别），使每一类都至少有一人；层内按“种子、换行、代号”的"
            " SHA-256 从小到大取。同一版本、同一天、同样的选择和种子，抽出的总是这些儿童。"
        ),
    ]


def order(checklist: Checklist, who: str, role: str) -> Order:
    """Return the order of a checklist: from its own build and day, the seed and the number of children with it."""
    request = checklist.request
    about = {_("种子"): request.seed, _("人数"): str(len(checklist.lines))}
    return Order(request.build, request.day, FORM, who, role, about, INTERNAL)  # of single children
