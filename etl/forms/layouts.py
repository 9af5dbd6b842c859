"""Layouts of ledgers that a person has explained: which field each heading is, kept in `layouts.json` of the data home.

A layout is known again by the fingerprint of its headings, so that one answer serves every later file with the same headings.
"""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from etl.forms import forms
from etl.forms.forms import Form
from locales import Refusal, _
from warehouse.storage import atomic_write, file_lock

FILE = "layouts.json"
Parts = tuple[str, ...]  # of a heading: groups first, the heading itself last
_in_use: dict[str, "Layout"] = {}


class WrongLayout(Refusal, ValueError):
    """An answer that no table can be read by."""


@dataclasses.dataclass(frozen=True)
class Layout:
    """One answer: `fields` of the headings in their order (None: not needed).

    What the headings do not tell holds for the files that were asked about and no other: `days` (ISO) of tables without a column
    of days, `classes` of children without one, both by file_id.
    """

    fingerprint: str
    headings: list[str]
    ledger: str
    fields: list[str | None]
    days: dict[str, str] = dataclasses.field(default_factory=dict)
    classes: dict[str, int] = dataclasses.field(default_factory=dict)
    by: str = ""
    at: str = ""


def fingerprint(headings: Sequence[Parts]) -> str:
    """Return 16 hex digits that know a table's headings again, whatever blanks and brackets they are written with."""
    text = "|".join("/".join(map(forms.plain, parts)) for parts in headings)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(home: Path) -> dict[str, Layout]:
    """Return the layouts of a home by their fingerprints."""
    kept = atomic_write.read_json(home / FILE) or {}
    return {row["fingerprint"]: Layout(**row) for row in kept.get("layouts", [])}


def keep(home: Path, layout: Layout) -> None:
    """Keep an answer, in place of an earlier one about the same headings. Raises WrongLayout."""
    require_readable(layout)
    since = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    _change(home, layout.fingerprint, dataclasses.replace(layout, at=since))


def withdraw(home: Path, fingerprint: str) -> None:
    """Forget an answer: later files with these headings are asked about again, what is loaded stays as it is."""
    _change(home, fingerprint, None)


def _change(home: Path, fingerprint: str, layout: Layout | None) -> None:
    with file_lock.exclusive(home / "layouts.lock", seconds=10):
        layouts = read(home)
        earlier = layouts.pop(fingerprint, None)
        if layout and earlier:
            layout = dataclasses.replace(layout, days=earlier.days | layout.days, classes=earlier.classes | layout.classes)
        if layout:
            layouts[fingerprint] = layout
        atomic_write.write_json(home / FILE, {"layouts": [dataclasses.asdict(each) for each in layouts.values()]}, indent=1)


def digest(layouts: dict[str, Layout]) -> str:
    """Return 8 hex digits that change with what the layouts say."""
    facts = sorted(
        (each.fingerprint, each.ledger, each.fields, sorted(each.days.items()), sorted(each.classes.items())) for each in layouts.values()
    )
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:8]


def use(layouts: dict[str, Layout]) -> None:
    """Read tables by these layouts in this process, in place of those before."""
    _in_use.clear()
    _in_use.update(layouts)


def layout_of(headings: Sequence[Parts]) -> Layout | None:
    """Return the layout in use for a table's headings."""
    return _in_use.get(fingerprint(headings)) if _in_use else None


def day_field(form: Form) -> str | None:
    """Return the field of the day that a row of this kind cannot be without; None where it can."""
    days = {"trainings": "held_on", "policy_cards": "issued_on", "care_events": "held_on"}
    return days.get(form.ledger)


def require_readable(layout: Layout) -> None:
    """Raise WrongLayout where the answer gives two columns one field, or leaves out what every row of its kind needs."""
    form = forms.forms().get(layout.ledger)
    if form is None:
        raise WrongLayout(_("请选择这是哪一种台账"))
    fields = [name for name in layout.fields if name]
    twice = next((name for name in fields if fields.count(name) > 1), None)
    if twice:
        raise WrongLayout(_("有两列都选了“{field}”，只能选一列").format(field=heading_of(form, twice)))
    stated = {*fields, *([day_field(form)] if layout.days else []), *(["class_no"] if layout.classes else [])}
    person = next((name for name in ("child_name", "helper_name") if form.fields.get(name) and form.fields[name].required), None)
    if person and person not in stated:
        raise WrongLayout(_("没有一列选作“{field}”，不知道说的是谁").format(field=heading_of(form, person)))
    missing = next((group for group in form.needs if not stated & {*group}), None)
    if missing:
        names = _("、").join(heading_of(form, name) for name in missing)
        raise WrongLayout(_("{ledger}至少要有一列是：{names}").format(ledger=form.titles[0], names=names))


def heading_of(form: Form, field: str) -> str:
    """Return the heading that the template of a ledger has for a field."""
    return form.fields[field].aliases[0] if field in form.fields else field
