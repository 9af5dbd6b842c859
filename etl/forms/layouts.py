"""What persons have explained, kept in `layouts.json`: layouts, known by the fingerprint of their headings, words in cells, headings."""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from etl.forms import forms
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
    of days, `classes` of children without one, both by file_id. `village` is the code of the village whose answer it is: until the
    centre confirms it, it serves the tables of that village alone.
    """

    fingerprint: str
    headings: list[str]
    ledger: str
    fields: list[str | None]
    days: dict[str, str] = dataclasses.field(default_factory=dict)
    classes: dict[str, int] = dataclasses.field(default_factory=dict)
    by: str = ""
    at: str = ""
    village: str = ""

    @property
    def key(self) -> str:
        """What tells it from other entries."""
        return f"{self.fingerprint}/{self.village}" if self.village else self.fingerprint


@dataclasses.dataclass(frozen=True)
class Word:
    """What a word in coded cells means: a code of its vocabulary; None: it is no word of it, such cells are empty."""

    vocabulary: str
    word: str
    code: str | None
    by: str = ""
    at: str = ""

    @property
    def key(self) -> str:
        """What tells it from other entries."""
        return f"word:{self.vocabulary}:{self.word}"


@dataclasses.dataclass(frozen=True)
class Heading:
    """A further word for the heading of a field in one kind of ledger, as `aliases.toml` gave it."""

    ledger: str
    field: str
    heading: str
    by: str = ""
    at: str = ""

    @property
    def key(self) -> str:
        """What tells it from other entries."""
        return f"heading:{self.ledger}:{forms.plain(self.heading)}"


Entry = Layout | Word | Heading
KINDS: dict[str, type[Entry]] = {"layouts": Layout, "words": Word, "headings": Heading}


def fingerprint(headings: Sequence[Parts]) -> str:
    """Return 16 hex digits that know a table's headings again, whatever blanks and brackets they are written with."""
    text = "|".join("/".join(map(forms.plain, parts)) for parts in headings)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def entries(home: Path) -> dict[str, Entry]:
    """Return everything that is remembered in a home by its key."""
    kept = atomic_write.read_json(home / FILE) or {}
    rows = [kind(**row) for part, kind in KINDS.items() for row in kept.get(part, [])]
    return {entry.key: entry for entry in rows}


def read(home: Path) -> dict[str, Layout]:
    """Return the layouts of a home by their keys."""
    return {key: entry for key, entry in entries(home).items() if isinstance(entry, Layout)}


def keep(home: Path, *answers: Entry) -> None:
    """Keep answers, each in place of an earlier one about the same. Raises WrongLayout, and none is kept then."""
    for answer in answers:
        if isinstance(answer, Layout):
            require_readable(answer)
    since = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    change(home, [dataclasses.replace(answer, at=since) for answer in answers])


def withdraw(home: Path, *keys: str) -> None:
    """Forget answers: later files are asked about again, tables that were read by a layout stay as they are."""
    change(home, [], keys)


def change(home: Path, answers: Sequence[Entry], without: Sequence[str] = ()) -> None:
    """Put entries into the file as they are and take others out."""
    with file_lock.exclusive(home / "layouts.lock", seconds=10):
        kept = entries(home)
        for answer in answers:
            earlier = kept.get(answer.key)
            if isinstance(answer, Layout) and isinstance(earlier, Layout):
                answer = dataclasses.replace(answer, days=earlier.days | answer.days, classes=earlier.classes | answer.classes)
            kept[answer.key] = answer
        write(home / FILE, [entry for key, entry in kept.items() if key not in without])


def write(path: Path, answers: Collection[Entry]) -> None:
    """Replace a file by entries, each kind in its own list. Raises OSError."""
    rows = {part: [dataclasses.asdict(entry) for entry in answers if isinstance(entry, kind)] for part, kind in KINDS.items()}
    atomic_write.write_json(path, rows, indent=1)


def digest(answers: Mapping[str, Entry]) -> str:
    """Return 8 hex digits that change with what layouts and words say; headings have their own (etl/forms/heading_aliases.py)."""
    facts = [dataclasses.asdict(entry) | {"by": "", "at": ""} for entry in answers.values() if not isinstance(entry, Heading)]
    texts = sorted(json.dumps(fact, ensure_ascii=False, sort_keys=True) for fact in facts)
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:8]


def use(answers: Mapping[str, Entry]) -> None:
    """Read tables and cells by these answers in this process, in place of those before."""
    _in_use.clear()
    _in_use.update({key: entry for key, entry in answers.items() if isinstance(entry, Layout)})
    meanings: dict[str, dict[str, str | None]] = {}
    for entry in answers.values():
        if isinstance(entry, Word):
            meanings.setdefault(entry.vocabulary, {})[entry.word] = entry.code
    forms.set_meanings(meanings)


def layout_of(headings: Sequence[Parts], village: str | None = None) -> Layout | None:
    """Return the layout in use for a table's headings: the town's, with what the table's village says of its files, else the village's."""
    key = fingerprint(headings) if _in_use else ""
    of_town, of_village = _in_use.get(key), _in_use.get(f"{key}/{village}")
    if of_town and of_village:
        return dataclasses.replace(of_town, days=of_village.days | of_town.days, classes=of_village.classes | of_town.classes)
    return of_town or of_village


def require_readable(layout: Layout) -> None:
    """Raise WrongLayout where the answer gives two columns one field, or leaves out what every row of its kind needs."""
    form = forms.forms().get(layout.ledger)
    if form is None:
        raise WrongLayout(_("请选择这是哪一种台账"))
    fields = [name for name in layout.fields if name]
    twice = next((name for name in fields if fields.count(name) > 1), None)
    if twice:
        raise WrongLayout(_("有两列都选了“{field}”，只能选一列").format(field=heading_of(form, twice)))
    wide = form.wide if any(name.startswith("wide:") for name in fields) else None
    ticked = "class_no" if any(name.startswith("class:") for name in fields) else None
    stated = {*fields, wide, ticked, *([form.day] if layout.days else []), *(["class_no"] if layout.classes else [])}
    person = next((name for name in ("child_name", "helper_name") if form.fields.get(name) and form.fields[name].required), None)
    if person and person not in stated:
        raise WrongLayout(_("没有一列选作“{field}”，不知道说的是谁").format(field=heading_of(form, person)))
    missing = next((group for group in form.needs if not stated & {*group}), None)
    if missing:
        names = _("、").join(heading_of(form, name) for name in missing)
        if form.day in missing:
            raise WrongLayout(_("{ledger}没有日期：请选出日期那一列，或者写明这次全部按哪一天").format(ledger=form.titles[0]))
        raise WrongLayout(_("{ledger}至少要有一列是：{names}").format(ledger=form.titles[0], names=names))


def heading_of(form: forms.Form, field: str) -> str:
    """Return the heading that the template of a ledger has for a field; of a column of ticks that of its class, or of its time."""
    kind, _colon, mark = field.partition(":")
    if mark:
        heading = heading_of(form, "class_no" if kind == "class" else form.wide or "")
        return f"{heading}：{mark.removeprefix('date:').replace('month:', '')}{'月' if mark.startswith('month:') else ''}"
    return form.fields[field].aliases[0] if field in form.fields else field
