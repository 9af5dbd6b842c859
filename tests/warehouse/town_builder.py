"""A town of invented people for the tests of figures: put in the rows a case needs, ask, compare whole answers."""

import datetime as dt
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from tests.warehouse import drafts
from warehouse.builds import repository
from warehouse.metrics import query, registry
from warehouse.metrics.registry import Figure
from warehouse.sql import compose

WILLOW, BRIDGE = "659901101201", "659901101202"
FIRST_LEDGER = "2023-01-10"
PLACE = {"sheet_id": "f/1", "row_no": 5}
FILLED = (
    "child_name id_number sex born_on household_head class_no village_name address school hukou_kind disability_type"
    " disability_level illness_name illness_cost illness_year dibao_no dibao_from father_status father_since"
    " mother_status mother_since event_kind reviewed_on guardian_name guardian_relation guardian_phone listed_on"
)


def figures_with_rows() -> dict[str, dict[str, Figure]]:
    """Every figure that has rows, by metric and name."""
    with_rows = {
        name: {code: figure for code, figure in metric.figures.items() if figure.rows} for name, metric in registry.metrics().items()
    }
    return {name: figures for name, figures in with_rows.items() if figures}


class Town:
    """Two villages and nothing else; rows are held until the first question, then laid into a published build."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.place = PLACE  # of the rows added from here on
        self.rows: list[tuple[str, dict]] = []
        self.village(WILLOW, "柳溪村")
        self.village(BRIDGE, "双桥村")
        self._build: repository.Build | None = None

    def add(self, table: str, **values: object) -> None:
        """One row of a table; columns not told stay null."""
        self.rows.append((table, values))

    def village(self, village_id: str, name: str) -> None:
        """A village of the register."""
        self.add("villages", village_id=village_id, name=name, sort_no=len(self.rows) + 1)

    def child(
        self,
        child_id: str,
        classes=(1,),
        born_on="2015-06-15",
        sex="male",
        village=WILLOW,
        listed_on="2023-01-01",
        delisted_on=None,
        **facts,
    ) -> None:
        """A child on one village's ledger of 2023-01-10, all cells filled; facts hold for every day."""
        self.add(
            "children",
            child_id=child_id,
            born_on=born_on,
            sex=sex,
            id_state="valid",
            village_id=village,
            ledger_on=FIRST_LEDGER,
            **self.place,
        )
        for class_no in classes:
            self.member(child_id, class_no, village, listed_on, delisted_on)
        self.facts(child_id, village=village, **facts)

    def member(self, child_id: str, class_no: int, village=WILLOW, listed_on="2023-01-01", delisted_on=None) -> None:
        """A membership."""
        ends = {"delisted_on": delisted_on, "is_delisted_stated": delisted_on is not None, "is_listed_stated": True}
        named = {"first_named_on": FIRST_LEDGER, "last_named_on": FIRST_LEDGER}
        self.add(
            "memberships", child_id=child_id, village_id=village, class_no=class_no, listed_on=listed_on, **ends, **named, **self.place
        )

    def facts(
        self, child_id: str, ledger_on=FIRST_LEDGER, holds_from="0001-01-01", holds_before="9999-12-31", village=WILLOW, empty=(), **facts
    ) -> None:
        """What a ledger states of a child; `empty` names the cells that are not filled."""
        has = {f"has_{name}": name not in empty for name in FILLED.split()}
        days = {"ledger_on": ledger_on, "holds_from": holds_from, "holds_before": holds_before}
        self.add("child_facts", child_id=child_id, village_id=village, **days, **has, **self.place, **facts)

    def helper(self, helper_id: str, sex="male", category="town_staff", joined_on="2023-01-01", left_on=None) -> None:
        """A helper family."""
        days = {"joined_on": joined_on, "left_on": left_on, "is_joined_stated": True, "ledger_on": FIRST_LEDGER}
        self.add("helpers", helper_id=helper_id, sex=sex, category=category, **days, **self.place)

    def pair(self, child_id: str | None, helper_id: str | None, started_on="2023-01-01", ended_on=None, village=WILLOW) -> None:
        """A pairing."""
        days = {"started_on": started_on, "ended_on": ended_on, "is_started_stated": True, "ledger_on": FIRST_LEDGER}
        self.add(
            "pairings", pairing_id=f"p{len(self.rows)}", child_id=child_id, helper_id=helper_id, village_id=village, **days, **self.place
        )

    def cover(self, *classes: int, started_on="2023-01-01", ended_on=None, village=WILLOW) -> None:
        """A department's cover of a village."""
        for class_no in classes:
            days = {"started_on": started_on, "ended_on": ended_on, "ledger_on": FIRST_LEDGER}
            self.add("department_covers", village_id=village, department="镇财政所", class_no=class_no, **days, **self.place)

    def visit(
        self,
        child_id: str | None,
        *days: str,
        helper_id="h",
        mode="in_person",
        precision="day",
        ledger_on="2025-12-31",
        village=WILLOW,
        **values,
    ) -> None:
        """Visits on days."""
        for day in days:
            row = {
                "child_id": child_id,
                "helper_id": helper_id,
                "village_id": village,
                "visited_on": day,
                "mode": mode,
                "has_problem": False,
            } | values
            self.add("visits", visit_id=f"v{len(self.rows)}", visited_precision=precision, ledger_on=ledger_on, **row, **self.place)

    def need(self, child_id: str | None, raised_on: str, due_on=None, resolved_on=None, village=WILLOW, category="money", **values) -> None:
        """A difficulty raised."""
        days = {"raised_on": raised_on, "due_on": due_on, "resolved_on": resolved_on, "is_raised_stated": True, "ledger_on": raised_on}
        self.add(
            "needs", need_id=f"n{len(self.rows)}", child_id=child_id, village_id=village, category=category, **values, **days, **self.place
        )

    @property
    def build(self) -> repository.Build:
        """The town as a published build without marts: every answer is worked out live."""
        if self._build is None:
            with drafts.begin(self.home) as draft:
                draft.connection.begin()
                for (table, names), rows in self._rows_of_a_kind():
                    marks = ", ".join(f"({', '.join('?' * len(names))})" for _row in rows)
                    draft.connection.execute(f"insert into {table} ({', '.join(names)}) values {marks}", list(chain(*rows)))
                draft.connection.commit()
                draft.publish("0" * 8)
            self._build = repository.open_build(self.home)
        return self._build

    def _rows_of_a_kind(self) -> Iterable[tuple[tuple[str, tuple[str, ...]], list[tuple]]]:
        """Rows by table and columns: one statement each."""
        kinds: dict[tuple[str, tuple[str, ...]], list[tuple]] = {}
        for table, values in self.rows:
            kinds.setdefault((table, tuple(values)), []).append(tuple(values.values()))
        return kinds.items()

    def ask(self, metric: str, day: str, by="town") -> list[dict]:
        """A metric's rows."""
        return query.ask(self.build, metric, dt.date.fromisoformat(day), by)

    def figure(self, metric: str, day: str) -> dict:
        """The town's one row."""
        return self.ask(metric, day)[0]

    def step(self, name: str, day: str) -> list[dict]:
        """The rows of a step."""
        return self.build.rows(compose.bind_day(query.steps_sql(name), dt.date.fromisoformat(day)))

    def state(self, day: str, child_id="a", class_no: int | None = None) -> tuple:
        """(state, reason) of a child's membership, or None where it is not registered."""
        rows = [row for row in self.step("membership_states", day) if row["child_id"] == child_id and class_no in (None, row["class_no"])]
        return (rows[0]["state"], rows[0]["reason"]) if rows else None
