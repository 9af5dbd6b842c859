"""Which field each column is: whose cell (of the heading's person, else of the one named before) and what; never another person's."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from etl.forms import forms, heading_words, public_names
from etl.forms.heading_words import Heading
from etl.forms.layouts import Parts

_VISIT_TIME = re.compile(r"^第?(\d{1,2}|[一二三四五六七八九十]{1,3})(次|季度?)(走访|家访)?(时间|日期)?$")
_MONTH = re.compile(r"^(\d{1,2})月份?$")
_NEUTRAL = ("基本信息", "基本情况", "个人信息", "联系信息", "其他信息", "其他情况")
_INSIDE = re.compile(r"[(（\[【](.{2,}?)[)）\]】]")
_ASKED = re.compile("是否(?:为|是|属于?)?(.+)")
_DIFFICULT = ("困境", "困境儿童", "留守困境儿童", "困境留守儿童")  # of no class by themselves, but of children in difficulty
_LONGEST = 40  # signs of a cell that may be a heading
_OF_HELPERS = ("helpers", "trainings", "policy_cards")
_OF_A_PERSON = ("health", "address", "school", "ethnicity", "hukou_", "disability_", "illness_", "dibao_", "household_head", "event_")
_KIN = ("father", "mother", "guardian", "carer", "helper", "family", "grandparent", "parents", "other")


@dataclass
class Column:
    """One column of a table: `at` from 0, heading as written, field (None: no alias fits)."""

    at: int
    heading: str
    field: str | None


@dataclass
class Mapping:
    """The columns of a table read as one kind of ledger, shared and never changed; `open_columns`: those whose person is not certain, with the likely field."""

    form: forms.Form
    columns: list[Column]
    open_columns: dict[str, str] = field(default_factory=dict)
    further: dict[int, str] = field(default_factory=dict)  # columns of a field that another has, by their place

    @cached_property
    def names(self) -> set[str]:
        """The fields that have a column; the visits of wide columns count as their day."""
        names = {column.field for column in self.columns if column.field and column.field != "ignored"}
        names |= {"class_no"} if any(name.startswith("class:") for name in names) else set()
        return names | {self.form.wide} if self.form.wide and any(name.startswith("wide:") for name in names) else names


def is_wide(text: str) -> bool:
    """Return whether it is one of the headings 第1次 … and 1月 … of wide visit ledgers."""
    plain = forms.plain(text)
    return bool(_VISIT_TIME.match(plain) or _MONTH.match(plain))


def is_known(text: str) -> bool:
    """Return whether a cell is a word of headings: of a form, of a person's attributes, or of those that are passed over."""
    if len(text) > _LONGEST or (text[:1].isdigit() and len(text) > 4):  # most cells, at once
        return False
    return _is_known(text, forms.known_headings())


@lru_cache(maxsize=5_000)  # the short texts of a table are few, and are asked about by every step that looks for tables
def _is_known(text: str, words: frozenset[str]) -> bool:
    plain = forms.plain(text)
    if plain in heading_words.words()["values"]["relations"]:
        return False
    if plain in words or plain in heading_words.ignored() or is_wide(text):
        return True
    return heading_words.read((text,)) != Heading()


def is_value(label: str, text: str) -> bool:
    """Return whether a cell behind a label is of the words that the label is answered by, though it is a heading elsewhere (走访方式: 电话)."""
    return forms.plain(text) in _answers(forms.plain(label), forms.known_headings())


@lru_cache(maxsize=500)
def _answers(label: str, _words: frozenset[str]) -> frozenset[str]:
    fields = [form.fields[form.aliases[label]] for form in forms.forms().values() if label in form.aliases]
    names = {"topic" if field.kind == "topics" else forms.vocabulary_of(field) for field in fields}
    return frozenset(word for name in names if name for word in forms.vocabulary(name))


def is_class(text: str) -> bool:
    """Return whether a heading is a class of children, with a tick below it for who belongs to it."""
    return forms.plain(text) in forms.vocabulary("class_no") and not text.isascii()


def public_heading(heading: str, at: int) -> str:
    """Return a heading if it is made of words of headings (others in brackets hidden), else its column's number: it may be a name."""
    parts = [_public_part(part, forms.known_headings()) for part in heading.split(" ")]
    return " ".join(parts) if all(parts) else hidden_heading(at)


@lru_cache(maxsize=5_000)
def _public_part(part: str, _words: frozenset[str]) -> str:
    if public_names.is_heading(part):
        return part
    text = _INSIDE.sub(lambda inside: inside.group() if public_names.is_heading(inside.group(1)) else f"（{public_names.HIDDEN}）", part)
    return text if is_known(text) or is_class(text) or heading_words.is_group(text) else ""


def hidden_heading(at: int) -> str:
    """Return what stands for a heading that may be a person's name or number."""
    return f"第{at + 1}列"


def resolve(headings: list[tuple[int, Parts]], form: forms.Form, samples: dict[int, list[str]] | None = None) -> Mapping:
    """Return the columns of a table as those of one kind of ledger; `samples`: some cells under each heading."""
    mapping = _resolved(tuple(headings), form.ledger, forms.known_headings())
    if form.ledger != "visits" or "mode" in mapping.names or not samples:
        return mapping
    modes = forms.vocabulary("visit_mode")
    for at, column in enumerate(mapping.columns):
        cells = [text for text in samples.get(column.at, []) if text]
        if column.field in (None, "ignored") and cells and all(forms.plain(text) in modes for text in cells):
            columns = [*mapping.columns[:at], replace(column, field="mode"), *mapping.columns[at + 1 :]]  # 联系方式 over 入户, 电话
            return replace(mapping, columns=columns)
    return mapping


@lru_cache(maxsize=2_000)  # villages of a town send the same few forms
def _resolved(headings: tuple[tuple[int, Parts], ...], ledger: str, _words: frozenset[str]) -> Mapping:
    return _Resolver(list(headings), forms.forms()[ledger]).mapping()


def _of_parents(headings: list[Parts]) -> list[Heading]:
    """Read headings; under one group for both parents (父母务工情况: 父亲姓名, 务工地, 母亲姓名, 务工地) those of the parent named last."""
    read = [heading_words.read(parts) for parts in headings]
    for at in range(1, len(read)):
        if read[at].person == "parents" and read[at - 1].person in ("father", "mother") and headings[at][:-1] == headings[at - 1][:-1]:
            read[at] = Heading(read[at - 1].person, read[at].attribute)
    return read


class _Resolver:
    """Goes over the headings from left to right and remembers whose name stood last."""

    def __init__(self, headings: list[tuple[int, Parts]], form: forms.Form) -> None:
        self.headings, self.form = headings, form
        self.default = "helper" if form.ledger in _OF_HELPERS else "child"
        self.read = _of_parents([parts for _at, parts in headings])
        self.named = {heading.person for heading in self.read if heading.person and heading.attribute == "name"}
        # Whether a column of names stands beside columns of classes: 留守儿童 alone would be one of names.
        self.has_names = any(
            heading.attribute == "name" and heading.person in (None, "child") and not is_class(parts[-1])
            for heading, (_at, parts) in zip(self.read, headings, strict=True)
        )
        self.has_class = any(form.aliases.get(forms.plain(parts[-1])) == "class_no" for _at, parts in headings)
        self.owner: str | None = None
        self.taken: set[str] = set()
        self.open: dict[str, str] = {}
        self.further: dict[int, str] = {}

    def mapping(self) -> Mapping:
        """Return all columns; of two columns for one field the first has it."""
        columns = [
            Column(at, " ".join(parts), self._keep_first(at, self._field(parts, heading)))
            for (at, parts), heading in zip(self.headings, self.read, strict=True)
        ]
        if self.form.ledger == "children" and "guardian" not in self.named:
            self._let_carer_stand(columns)
        if self.form.ledger == "visits":  # who walked, where a table also says who helps
            helpers = [at for at, heading in enumerate(self.read) if (heading.person, heading.attribute) == ("helper", "name")]
            if walker := next((at for at in helpers if "访" in columns[at].heading and columns[at].field is None), None):
                for at in helpers:
                    columns[at].field = "helper_name" if at == walker else "ignored"
        opened = {heading: name for heading, name in self.open.items() if name not in self.taken}
        for column in columns:
            if column.field is None and column.heading in self.open.keys() - opened.keys():
                column.field = "ignored"  # another column has the field for certain, so this one is another person's
        further = {column.at: self.further[column.at] for column in columns if column.at in self.further and column.field is None}
        return Mapping(self.form, columns, opened, further)

    def _field(self, parts: Parts, heading: Heading) -> str | None:
        last = forms.plain(parts[-1])
        is_of_class = len(parts) == 1 or self.form.aliases.get(forms.plain(parts[-2])) == "class_no"
        if self.form.ledger == "children" and is_of_class and is_class(last) and self.has_names:
            return f"class:{last}"
        if self.form.ledger == "children" and (question := _ASKED.fullmatch(last)) and not self.has_class:
            word = next((word for word in (question[1], f"{question[1]}儿童") if is_class(word)), question[1])
            return f"class:{word}" if is_class(word) or word in _DIFFICULT else None
        for group in map(forms.plain, parts[:-1]):
            if group in self.form.groups and last in self.form.groups[group]:
                self.owner = heading.person or self.default
                return self.form.groups[group][last]
        is_whole = len(parts) == 1 if heading.person else not heading_words.is_kept(self.form.ledger, heading.attribute)
        if heading.attribute is None or (is_whole and last in self.form.aliases):
            return self._by_alias(parts, last, heading)
        if heading.person:
            if heading.person != "household_head" or self.owner is None:
                self.owner = heading.person
            return heading_words.field_of(self.form.ledger, heading) or "ignored"
        return self._bare(parts, last, heading.attribute)

    def _by_alias(self, parts: Parts, last: str, heading: Heading) -> str | None:
        """Return the field of a heading that is no attribute of a person."""
        if heading.person and heading.attribute:
            self.owner = heading.person
        if self.form.wide and (month := _MONTH.match(last)) and 1 <= int(month.group(1)) <= 12:
            return f"wide:month:{int(month.group(1))}"
        if self.form.wide and _VISIT_TIME.match(last):
            return f"wide:date:{last}"
        plain = [forms.plain(part) for part in parts]
        for words in ("".join(plain), "_".join(plain), last):
            if words in self.form.aliases:
                if not heading.person:
                    self.owner = self.default if self.owner is not None else None
                name = self.form.aliases[words]
                is_of_kin = words == last and len(parts) > 1 and heading_words.person_of_group(plain[-2]) in _KIN
                return "ignored" if is_of_kin and name.startswith(_OF_A_PERSON) else name  # 健康状况 under 父亲 is not the child's
        if last in forms.IGNORED or last in heading_words.ignored():
            return "ignored"
        if last not in forms.known_headings():
            self.owner = heading_words.UNKNOWN
        return None

    def _bare(self, parts: Parts, last: str, attribute: str) -> str | None:
        """Return the field of an attribute whose heading names no person: that of the person before it."""
        group = forms.plain(parts[-2]) if len(parts) > 1 else ""
        is_of_stranger = bool(group) and not group.endswith(_NEUTRAL) and group not in self.form.groups
        of_default = heading_words.field_of(self.form.ledger, Heading(self.default, attribute)) or self.form.aliases.get(last)
        if is_of_stranger:
            self.owner = heading_words.UNKNOWN
        elif attribute == "name" and self.default not in self.named:
            self.owner = self.default
            return of_default
        if attribute == "relation" and self.owner not in ("guardian", "carer"):
            self.owner = "guardian" if "guardian" in self.named and not is_of_stranger else self.owner
        owner = self.owner or self.default
        if owner == heading_words.UNKNOWN:
            if of_default and of_default not in self.taken:
                self.open[" ".join(parts)] = of_default
            return None
        name = heading_words.field_of(self.form.ledger, Heading(owner, attribute))
        if name or owner != self.default:
            return name or "ignored"
        if self.form.ledger == "children" and attribute == "phone":  # among the child's cells: the guardian's, but not certainly
            self.open[" ".join(parts)] = "guardian_phone"
            return None
        return of_default or "ignored"

    def _keep_first(self, at: int, name: str | None) -> str | None:
        if name is None or name == "ignored":
            return name
        if name in self.taken:
            self.further[at] = name
            return None
        self.taken.add(name)
        return name

    def _let_carer_stand(self, columns: list[Column]) -> None:
        """Give the guardian's fields to the carer's columns where no guardian has a column (委托照护人)."""
        owner: str | None = None
        for column, heading in zip(columns, self.read, strict=True):
            if heading.person:
                owner = heading.person
            elif heading.attribute is None and column.field != "ignored":
                owner = None
            name = heading_words.field_of("children", Heading("guardian", heading.attribute)) if owner == "carer" else None
            if name and name not in self.taken:
                column.field = name
                self.taken.add(name)
