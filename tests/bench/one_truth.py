"""One truth: every figure that pages show, collected as (label, place, day, value), held against each other and against the lists behind.

A walk over pages, roles, languages and as-of days. What a reader would stumble over is printed, a line each:
a label with two values for one place and day; a label with two definitions on one page; one definition with two values;
a count that opens a list of another length; a place whose indicators are behind on one page and not on another.

Roles are those of pages/access/rights.toml; "village" is the account of the register's last village, "some" a leader's of its first two.

Run: python -m tests.bench.one_truth HOME [--roles centre leader] [--languages zh_CN en] [--days 2025-12-31 ...] [--classes 1_3] [--measures] [--no-lists]
"""

import argparse
import datetime as dt
import logging
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from lxml import html as markup
from streamlit.components.v2 import manifest_scanner

ROOT = Path(__file__).resolve().parents[2]
NO_FIGURES_HERE = {"manual", "rows", "child"}  # a text; what links open: the lists are held against their figures by `lists`
DAYS = (
    "2023-01-01",  # before all data, the first day that can be looked at
    "2023-01-20",  # an early village in January
    "2023-12-31",  # a goal day
    "2024-01-15",
    "2024-07-17",  # any day
    "2025-06-30",  # a month end
    "2025-12-25",  # six days left
    "2025-12-31",  # a goal day, the newest data
    "2026-01-15",  # after all data
    "2026-12-31",  # the last day that can be looked at
)
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:\s*/\s*\d+)?\s*%?")
_PARTS = re.compile(r"(\d+)\s*/\s*(\d+)")
_RATE_OF_PARTS = re.compile(r"\d+(?:\.\d+)? ?% · (?=\d+ */)")
_DAYS = re.compile(r"\d{4}(?:-\d{2}-\d{2}|-\d{2}\b|年\d{1,2}月\d{1,2}日)|第\d+行")
_NAMES = re.compile(
    r"\b[0-9a-f]{8}\b|20\d\d(?=年)|\b20\d\d\b(?![-./])|\d[—–-]\d(?= ?类)|(?<=lasses )\d[—–-]\d|\d(?= ?类)|(?<=lass )\d"
)  # codes of helpers, numbers that name a year or a class
_AS_LETTERS = str.maketrans("0123456789", "〇一二三四五六七八九")
_NO_FIGURES = re.compile(
    r"^#个村|上面是前 #|^共 #\s*行|^#\s*rows|^the first #|^理由$|^Reasons$|什么事|^Whom$|^对象$|^类别$|^class$|台账位置|place in the ledger|种子|seed|按村（社区）#\s*行|by village\s*#\s*rows|^cells|^#\s*villages?|month ends|villages in all|最低|最高|每月末|lowest|highest|each month|目标|权重|较上月|个百分点|满分|方案|条款|还有 # 天|超过 # 天|target|point|weight|plan",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[，；。、,;\n]|\s·\s")

TOWN = ("全镇", "whole town", "Whole town")
OF_CLASSES = {f"coverage_share_{group}": f"coverage_share {group}" for group in ("1_3", "4_6")}  # a share of its own, and of classes chosen
NOT_BY_CLASS = ("不按儿童类别分", "not told apart by class")
SAME = {"visit_pace_share": "visit_target_share"}  # of one goal: on the way, and at the end of the year
# The parts of a page's details, by their codes in the link.
PARTS = {
    "coverage": ["villages", "classes", "trend"],
    "helpers": ["gaps", "villages", "units", "trend"],
    "visits": ["villages", "kinds", "topics", "trend"],
    "needs": ["villages", "kinds", "open", "trend"],
    "duties": ["villages", "reports", "care", "trend"],
    "goals": ["villages", "trend"],
}


@dataclass(frozen=True)
class Figure:
    """A number on a page: its label as read there, whose it is, what it is by its link ("" where it has none), its value as text."""

    page: str
    label: str
    place: str
    day: str
    value: str
    identity: str = ""
    status: str = ""


@dataclass
class Walk:
    """What was collected, and the sentences on what disagrees."""

    figures: list[Figure] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Opener:
    """Opens pages through Streamlit's own test runner, as a role, in a language."""

    def page(self, name: str, user, language: str, day: str, village: str = "", **query: str):
        """The page as it stands after its run."""
        from streamlit.testing.v1 import AppTest

        from pages.access import rights

        with ExitStack() as stack:
            stack.enter_context(patch("pages.access.current_user", return_value=user))
            stack.enter_context(patch("pages.access.language_of", return_value=language))
            stack.enter_context(patch.dict(os.environ, {"TONGXING_LANG": language}))
            app = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=120)
            app.query_params["as_of"] = day
            app.query_params["lang"] = language
            for key, value in query.items() | ({("village", village)} if village else set()):
                app.query_params[key] = value
            if name == rights.allowed(user, "pages")[0]:
                return app.run()
            return app.switch_page(f"{name}.py").run()


def _text(element: markup.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _of_link(query: dict[str, str]) -> str:
    """What a linked figure is, by its address: share or metric.figure, and of which class (class_no) or of which classes chosen (class)."""
    what, chosen = query.get("share") or query.get("figure", ""), f"class={query['class']}" if "class" in query else ""
    return " ".join(filter(None, [what, query.get("class_no") or chosen])) if what else ""


def _same(identity: str) -> str:
    """An identity by the one of several that say the same."""
    return OF_CLASSES.get(identity, identity.replace("class=", ""))


def _place(query: dict[str, str], otherwise: str) -> str:
    """Whose a linked figure is."""
    place = query.get("village", otherwise)
    return "town" if place in TOWN else place


def _identity(element: markup.HtmlElement) -> str:
    """What the one figure linked in an element is; "" where none is."""
    return _of_link(_link_query(element))


def _link_query(element: markup.HtmlElement) -> dict[str, str]:
    for link in element.iter("a"):
        address = urlsplit(link.get("href", ""))
        if address.path.endswith("rows"):
            return {name: values[0] for name, values in parse_qs(address.query).items()}
    return {}


def _status(element: markup.HtmlElement) -> str:
    classes = " ".join([element.get("class", ""), *(child.get("class", "") for child in element.iter() if isinstance(child.tag, str))])
    statuses = re.findall(r"\bis-(met|close|behind|none|no_data)\b", classes)
    return statuses[0] if statuses else ""


def of_block(page: str, content: str, place: str, day: str, places: Sequence[str], section: str = "", about: str = "") -> Iterator[Figure]:
    """The figures of a piece of markup: cards, tables, lists, sentences; `about` is the figure that all but a card speaks of."""
    if "<" not in content:
        yield from of_sentence(page, content, place, day, about)
        return
    root = markup.fragment_fromstring(content, create_parent="div")
    for card in root.xpath('.//div[contains(concat(" ",@class," ")," card ")]'):
        name = card.xpath('.//div[@class="name"]')
        value = card.xpath('.//div[@class="value"]')
        if name and value:
            yield Figure(page, _text(name[0]), place, day, _text(value[0]), _identity(value[0]), _status(card))
        for note in card.xpath('.//div[@class="quiet"]'):
            yield from of_sentence(page, f"{_text(name[0]) if name else ''}：{_text(note)}", place, day, about)
        card.getparent().remove(card)
    for table in root.xpath(".//table"):
        headings = [_text(cell) for cell in table.xpath(".//thead//th")]
        for row in table.xpath(".//tbody/tr"):
            cells = row.xpath("./td|./th")
            if row.xpath('.//a[starts-with(@href,"child?") or contains(@href,"/child?")]') or _OF_RECORDS & {*headings}:
                continue  # of one child or record, which is no label
            head = _text(cells[0]) if cells else ""
            of_row = next((name for name in places if re.match(f"{name}(?!委会)", head)), "town" if head in TOWN else place)
            words = [_text(cell) for cell in cells[:3] if not _identity(cell)]
            words[:1] = [_text(cells[0]).translate(_AS_LETTERS)] if words and words[0] == head and not _DAYS.search(head) else words[:1]
            what = (
                ""
                if of_row != place and head == of_row
                else " | " + NUMBER.sub("#", _worded(" ".join(dict.fromkeys(words)).replace(of_row, "")))
            )
            for heading, cell in list(zip(headings, cells, strict=False))[1:]:
                text = _text(cell)
                if NUMBER.search(text) and not _NO_FIGURES.search(heading):
                    of_cell = next((name for name in places if heading == name), "town" if heading in TOWN else of_row)
                    yield Figure(
                        page,
                        f"{about}{section} > {_worded(heading)}{what}",
                        _place(_link_query(cell), of_cell),
                        _link_query(cell).get("as_of", heading if re.fullmatch(r"\d{4}-\d{2}-\d{2}", heading) else day),
                        text,
                        _identity(cell),
                        _status(cell),
                    )
        table.getparent().remove(table)
    for item in root.xpath(".//li|.//p|.//caption") or [root]:
        yield from of_links(page, item, place, day, _status(item))
        if not _link_query(item):
            yield from of_sentence(page, _text(item), place, day, about)


def of_links(page: str, element: markup.HtmlElement, place: str, day: str, status: str) -> Iterator[Figure]:
    """Numbers that open a list: each with what it is by its address; the label is left out, since a sentence has many."""
    for link in element.iter("a"):
        address = urlsplit(link.get("href", ""))
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path.endswith("rows") and NUMBER.fullmatch(_text(link)):
            yield Figure(page, "", _place(query, place), query.get("as_of", day), _text(link), _of_link(query), status)


def _worded(text: str) -> str:
    """A text without its days, its years and classes in letters, so that the numbers left are figures."""
    return _NAMES.sub(lambda name: name[0].translate(_AS_LETTERS), _DAYS.sub("", text))


_OF_RECORDS = {"发现", "Found", "慰问日", "Day of care"}  # headings of lists whose rows need not say whose they are


def of_sentence(page: str, text: str, place: str, day: str, about: str = "") -> Iterator[Figure]:
    """Clauses with exactly one number: the words around it are its label, under what stands before a colon in its sentence.

    A share with its parts (96.4% · 53/55) is one number, the parts.
    """
    for sentence in re.split(r"。|\.\s", _RATE_OF_PARTS.sub("", _worded(text))):
        head = re.split("：|: ", sentence)[0] if re.search("：|: ", sentence) else ""
        for clause in _CLAUSE.split(sentence):
            numbers = NUMBER.findall(clause)
            label = NUMBER.sub("#", clause if head in clause or not head else f"{head}：{clause}").strip()
            if len(numbers) == 1 and label.strip(" #") and not _NO_FIGURES.search(label):
                yield Figure(page, about + label, place, day, numbers[0].strip())


def _everything(block) -> Iterator:
    for element in block.children.values():
        if hasattr(element, "children"):
            yield from _everything(element)
        else:
            yield element


def readers(villages: dict[str, str]) -> dict:
    """{name of a kind of reader: its account}, of a register: name → code."""
    from pages.access import ROLES, User
    from warehouse import row_access

    codes = [*villages.values()]
    scopes = {"village": ("village", tuple(codes[-1:])), "some": ("leader", tuple(codes[:2]))}
    return {
        name: User("walker", *scopes.get(name, (name, row_access.WHOLE)))  # the name is on pages: the same for all
        for name in (*ROLES, "some")
    }


def register(day: str) -> dict[str, str]:
    """{village: code} of the published build."""
    from pages.data.queries import Figures, Reader, published

    return {row["name"]: row["village_id"] for row in Figures(published().id, Reader(("all",), 0), dt.date.fromisoformat(day)).villages()}


def collect(
    opener: Opener,
    roles: Sequence[str],
    languages: Sequence[str],
    days: Sequence[str],
    walk: Walk,
    classes: str = "",
    *,
    has_measures: bool = False,
) -> None:
    """Open every page of the roles for the town, the register's first and its last village, and keep their figures.

    `classes`: the children counted (the link's `class`); a page that has no classes says so, and its figures are of all.
    `has_measures`: the page of one figure for each figure that it has, else for its first alone.
    """
    from pages.access import rights
    from warehouse import row_access
    from warehouse.review import exclusions

    villages = register(days[-1])
    names, users = [*villages], readers(villages)
    for role, language, day in product(roles, languages, days):
        user, before = users[role], len(walk.figures)
        within = [name for name, code in villages.items() if row_access.is_whole(user.scope) or code in user.scope]
        places = dict.fromkeys(("", *within[:1], *within[-1:])) if row_access.is_whole(user.scope) else within
        for page, place in product([page for page in rights.allowed(user, "pages") if page not in NO_FIGURES_HERE], places):
            asked = {"class": classes} if classes else {}
            asked |= {"seed": "1"} if page == "sample" else {}  # or each visit draws others
            measured = [measure.code for measure in exclusions.measures()] if page == "metric" and has_measures else []
            for key, code in [*product(["measured"], measured), *product(["part"], PARTS.get(page, []))] or [("", "")]:
                app = opener.page(page, user, language, day, place, **asked, **({key: code} if code else {}))
                if app.exception or any("没能显示完整" in error.value or "could not be shown" in error.value for error in app.error):
                    walk.faults.append(f"{page} {role} {language} {day} {place} {code}: {[e.message for e in app.exception]}")
                    continue
                found = _of_page(
                    app, page, f"{role} {language} {day}", place or "town", day, names, f"{code} " if key == "measured" else ""
                )
                is_of_all = not classes or any(text in caption.value for caption in app.caption for text in NOT_BY_CLASS)
                walk.figures.extend(
                    found if is_of_all else (replace(each, label=f"{classes}: {each.label}" if each.label else "") for each in found)
                )
        print(f"{role} {language} {day}: {len(walk.figures) - before} figures", file=sys.stderr, flush=True)


def _of_page(app, page: str, where: str, place: str, day: str, names: Sequence[str], about: str) -> Iterator[Figure]:
    section = ""
    for element in _everything(app.main):
        if element.type not in ("markdown", "html", "caption", "title", "subheader", "heading"):
            continue
        value = str(getattr(element, "value", None) or getattr(element.proto, "body", ""))
        if title := re.search(r"<h[2-4][^>]*>(.*?)</h[2-4]>", value, re.DOTALL):
            section = NUMBER.sub("#", _worded(re.sub(r"<[^>]*>", "", title[1])))
        yield from of_block(f"{page}@{where}", value, place, day, names, section, about)


def number_of(value: str) -> str:
    """What a value says: its parts where it shows them, else its number."""
    parts = _PARTS.search(value)
    if parts:
        return f"{parts[1]}/{parts[2]}"
    number = NUMBER.search(value)
    return number[0].replace(" ", "") if number else value


def disagreements(figures: Sequence[Figure]) -> list[str]:
    """Say what disagrees among the figures of a walk."""
    by_label: dict[tuple, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    by_identity: dict[tuple, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    meanings: dict[tuple, set[str]] = defaultdict(set)
    for figure in figures:
        page, _at, where = figure.page.partition("@")
        number = number_of(figure.value)
        language = where.split()[1]
        asked = where.split()[2]
        if figure.label:
            kind = "share" if "/" in number or "%" in number else "count"
            by_label[language, figure.label, figure.place, figure.day, kind][number].add(page)
            if figure.identity:
                meanings[language, page, figure.label].add(figure.identity.split()[0])
        if figure.identity:
            by_identity[_same(figure.identity), figure.place, figure.day][number].add(f"{page}({asked})")
    faults = []
    for (language, label, place, day, _kind), values in by_label.items():
        if len(values) > 1:
            faults.append(f"label with two values: {language} “{label}” of {place} on {day}: {_told(values)}")
    for (identity, place, day), values in by_identity.items():
        shares = {value for value in values if "/" in value}
        counts = {value for value in values if "/" not in value and "%" not in value}
        if len(shares) > 1 or len(counts) > 1:
            faults.append(f"figure with two values: {identity} of {place} on {day}: {_told(values)}")
    for (language, page, label), identities in meanings.items():
        if len(identities) > 1:
            faults.append(f"label with two definitions: {language} {page} “{label}”: {', '.join(sorted(identities))}")
    return sorted(faults)


def _told(values: dict[str, set[str]]) -> str:
    return "; ".join(f"{value} ({', '.join(sorted(pages))})" for value, pages in sorted(values.items()))


def behind_sets(figures: Sequence[Figure]) -> list[str]:
    """Places whose indicators behind differ: the goals' matrix and a village's sheet show them all, other pages some of them."""
    behind: dict[tuple, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    pages_of: dict[str, set[str]] = defaultdict(set)
    for figure in figures:
        page, _at, where = figure.page.partition("@")
        pages_of[where].add(page)
        if figure.status == "behind" and figure.identity and figure.day == where.split()[2]:
            behind[where, figure.place][page].add(SAME.get(figure.identity.split()[0], figure.identity.split()[0]))
    faults = []
    for (where, place), pages in behind.items():
        whole = pages.get("goals", set()) | pages.get("village", set())
        if not whole:
            continue
        wrong = {page: names for page, names in pages.items() if not names <= whole or (page in ("goals", "village") and names != whole)}
        if wrong:
            said = "; ".join(f"{page}: {', '.join(sorted(names))}" for page, names in sorted(pages.items()))
            faults.append(f"behind differs: {where} {place}: {said}")
    return sorted(faults)


def lists(figures: Sequence[Figure], step: int = 1) -> list[str]:
    """Counts, every `step`th of them, whose lists, as their readers may see them, hold another number of rows."""
    from pages.data.queries import Figures, published, reader_of
    from warehouse.metrics import drilldown, registry

    build, faults, answers = published().id, [], {}
    seen: dict[tuple, set[str]] = defaultdict(set)
    for figure in figures:
        if figure.identity:
            page, _at, where = figure.page.partition("@")
            seen[where.split()[0], figure.identity, figure.place, figure.day, number_of(figure.value)].add(page)
    codes = register(max(figure.day for figure in figures))
    users = readers(codes)
    for (role, identity, place, day, number), pages in sorted(seen.items())[::step]:
        if place != "town" and place not in codes:
            faults.append(f"list of no place: {identity} of {place} on {day} ({', '.join(sorted(pages))})")
            continue
        reader = reader_of(users[role])
        asked = (reader, identity, place, day)
        name, _blank, class_text = identity.partition(" ")
        if asked not in answers:
            opened = Figures(build, reader, dt.date.fromisoformat(day))
            village, class_no = codes.get(place), int(class_text) if class_text.isdigit() else None
            is_share = name in registry.shares() or "." not in name
            rows = opened.share_rows(name, village, class_no) if is_share else opened.rows_behind(*name.split("."), village, class_no)
            if class_text.startswith("class="):  # as pages/rows.py narrows it
                metric, base = (registry.shares()[name].metric, registry.shares()[name].denominator) if is_share else name.split(".")
                if key := registry.row_kinds()[drilldown.drilldown_of(metric, base).rows].key:
                    of_group = {row[key] for row in opened.of_group(metric, base, class_text.removeprefix("class="))}
                    rows = [row for row in rows if row[key] in of_group]
            whole, counted = sum(row["counts"] for row in rows), sum(row.get("counted", 0) for row in rows)
            answers[asked] = f"{counted}/{whole}" if is_share else str(whole)
        if number != answers[asked]:
            faults.append(
                f"list of another length: {role} {identity} of {place} on {day}: {number} ({', '.join(sorted(pages))}), list {answers[asked]}"
            )
    return faults


def main() -> None:
    """Print what disagrees; end with 1 where something does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--roles", nargs="+", default=["leader", "centre", "reviewer", "village", "some", "admin"])
    parser.add_argument("--languages", nargs="+", default=["zh_CN", "en"])
    parser.add_argument("--days", nargs="+", default=list(DAYS))
    parser.add_argument("--classes", default="")
    parser.add_argument("--measures", action="store_true")
    parser.add_argument("--no-lists", action="store_true")
    chosen = parser.parse_args()
    walk = Walk()
    os.environ["TONGXING_HOME"] = str(chosen.home)
    logging.disable(logging.WARNING)
    with patch.object(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)):  # slow, of no figure
        collect(Opener(), chosen.roles, chosen.languages, chosen.days, walk, chosen.classes, has_measures=chosen.measures)
    faults = walk.faults + disagreements(walk.figures) + behind_sets(walk.figures)
    faults += [] if chosen.no_lists else lists(walk.figures)
    print("\n".join(faults))
    opening = len({(figure.identity, figure.place, figure.day, figure.value) for figure in walk.figures if figure.identity})
    print(f"{len(walk.figures)} figures, {opening} of them with a list, {len(faults)} disagreements")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
