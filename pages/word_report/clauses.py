"""Parts of a report's sentences, each right for some, for none, for all and for no figure; of what is withheld there is none."""

from collections.abc import Sequence

from locales import _, language
from pages.text import formatting, labels, statuses
from pages.word_report.report_data import ReportData, is_number, parts_text, share_text
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown
from warehouse.metrics import registry

MOST = 8  # villages named in a sentence; the table names them all


def is_english() -> bool:
    """Whether the report is written in English."""
    return language() == "en"


def inside(name: str) -> str:
    """A name in the middle of a sentence: English ones lose their capital."""
    return name[:1].lower() + name[1:] if is_english() else name


def capital(text: str) -> str:
    """Return a text for a place of its own: English ones begin with a capital."""
    return text[:1].upper() + text[1:]


def sentence(*clauses: str, longer: bool = False) -> str:
    """Clauses as one sentence, longer ones parted by semicolons; empty ones are left out, and nothing comes of none."""
    text = ("; " if is_english() else "；" if longer else "，").join(clause for clause in clauses if clause)
    if not text:
        return ""
    return capital(text) + ". " if is_english() else text + "。"


def count(figure: str, value: object, kind: str = "children", none: str = "") -> str:
    """待核实的儿童3人; 没有待核实的儿童, unless `none` says it better; nothing of a withheld number. `figure` as labels.figure_name knows it."""
    name = inside(labels.figure_name(figure))
    if value is Shown.WITHHELD:
        return ""
    if not is_number(value):
        return _("{name}尚无数据").format(name=name)
    if not value:
        return none or _("没有{name}").format(name=name)
    return {
        "children": _("{name}{count}人"),
        "needs": _("{name}{count}件"),
        "days": _("{name}{count}人次"),
        "helpers": _("{name}{count}名"),
    }[kind].format(name=name, count=value)


def share(name: str, numerator: object, denominator: object) -> str:
    """结对覆盖率97.7%（251/257）; …没有可算的数; …尚无数据; nothing of a withheld one. `name` as labels.share_name knows it."""
    code, value, name = name, cell_display.share_of(numerator, denominator), inside(labels.share_name(name))
    if value is Shown.WITHHELD:
        return ""
    if value is Shown.NOT_REPORTED:
        return _("{name}尚无数据").format(name=name)
    if value is Shown.NO_DATA:
        state = statuses.STATUSES["no_figure"]
        why = statuses.word_of(state, code, denominator)
        return (_("{name}没有可算的数") if why == state.word else _("{name}没有可算的数（{why}）")).format(name=name, why=inside(why))
    sentence = _("{name}{share}（{parts}）")
    return sentence.format(name=name, share=share_text(numerator, denominator), parts=parts_text(numerator, denominator))


def named(names: Sequence[str]) -> str:
    """Names in a sentence, the first few of many."""
    return formatting.list_villages(list(names), MOST)


def reached(data: ReportData, share: str, everyone: str, some: str, nobody: str) -> str:
    """A sentence on which villages a share has reached and which are to be followed up, where the report may name them.

    `everyone` speaks of all `{count}` villages that have children, `some` and `nobody` of `{names}`.
    """
    if data.village_id is not None or not data.is_plain:
        return ""
    entry = registry.shares()[share]
    places = [(row["village"], row[entry.numerator], row[entry.denominator]) for row in data.villages(entry.metric)]
    places = [place for place in places if place[2] is not Shown.NOT_REPORTED]  # the report's notices name them
    done = [name for name, part, whole in places if whole and part >= whole]
    waiting = sorted((place for place in places if place[1] < place[2]), key=lambda place: place[1] / place[2])
    none = [name for name, _part, whole in places if not whole]
    before, after = (" (", ")") if is_english() else ("（", "）")
    behind = [f"{name}{before}{parts_text(part, whole)}{after}" for name, part, whole in waiting]
    clauses = [
        "" if not done else some.format(names=named(done)) if behind else everyone.format(count=len(done)),
        _("待跟进的有{names}").format(names=named(behind)) if behind else "",
        nobody.format(names=named(none)) if none else "",
    ]
    return sentence(*clauses, longer=True)
