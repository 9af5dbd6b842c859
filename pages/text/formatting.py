"""Numbers, days, statuses and sentences as readers see them; pure, every sentence is made from the figures it speaks of."""

import datetime as dt
import html
import re
from collections.abc import Sequence

from locales import _, language
from pages.text.labels import share_name, word
from pages.text.masked_count import hidden, is_hidden, is_withheld
from warehouse import row_access
from warehouse.disclosure import cell_display
from warehouse.settings import local_time
from warehouse.storage import build_files, csv_injection

_SIGNS = re.compile(r"([\\`*{}\[\]()#!|~<>$&]|(?<!\w)_|_(?!\w))")  # what Markdown means something by; not _ inside a word
# What it finds in plain text even so: addresses, and Streamlit's icons and colours. A word joiner shows nothing and parts them.
_FOUND = re.compile(r"(www|[:@])(?=\S)", re.IGNORECASE)
_WHOLE = re.compile(r"(?:[Cc]lasses )?\d[—–]\d ?类?|\d{4}-\d\d-\d\d|A\d+-[0-9a-f]{16}")
_LONGEST = 60  # letters of a part of a file's name
FEW = 3  # villages named before the rest are counted
_MARKS = {"、": ", ", "，": ", ", "；": "; ", "：": ": ", "。": ". "}  # in English


def file_name(*parts: object, ending: str) -> str:
    """Return the name of a file to take away, in the reader's language: 结对覆盖_按村（社区）_2025-12-31_内部件.xlsx."""
    name = "_".join(dict.fromkeys(str(part)[:_LONGEST] for part in parts))
    return re.sub(r'[\s/\\:*?"<>|]+', "-", csv_injection.plain(name)) + f".{ending}"


def unbroken(text: str) -> str:
    """A text as markup in which a range of classes (1—3类), a day and an anchor stay on one line."""
    return _WHOLE.sub(r'<span class="whole">\g<0></span>', html.escape(text))


def escape_markdown(text: str) -> str:
    """A text of somebody else's (a file's name, a village's) as Markdown that shows it as it is: no link, picture or colour."""
    return _FOUND.sub("\\1\u2060", _SIGNS.sub(r"\\\1", text))


def moment(at: str, *, has_seconds: bool = False) -> str:
    """A moment that is kept as UTC (ISO), by the town's clock: `2026-01-05 16:15`. What is no moment stays as it is."""
    try:
        local = local_time.local(at, build_files.home())
    except ValueError:  # an entry of the trail that somebody altered
        return at
    return local.strftime("%Y-%m-%d %H:%M:%S" if has_seconds else "%Y-%m-%d %H:%M")


def day_of(seconds: int) -> str:
    """The day, by the town's clock, of a moment in seconds since 1970."""
    return moment(dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat())[:10]


def whose_clock() -> str:
    """Return which clock moments are given by."""
    name = local_time.zone(build_files.home()).key
    return _("北京时间") if name == "Asia/Shanghai" else _("{zone}时间").format(zone=name)


def percent(value: float | None) -> str:
    """A share with one decimal; — where there is none. 99.96 % never rounds up to a full 100.0 %."""
    return str(value) if is_hidden(value) else cell_display.text(value, is_share=True)


def share(numerator: int | None, denominator: int | None) -> str:
    """A share with its parts: 96.4% · 53/55."""
    value = ratio(numerator, denominator)
    return percent(value) if value is None or is_hidden(value) else f"{percent(value)} · {numerator}/{denominator}"


def ratio(numerator: float | None, denominator: float | None) -> float | None:
    """The share of two counts; None where there is none, withheld where one of them is."""
    if numerator is None or is_hidden(numerator, denominator):
        return None if numerator is None else hidden(numerator, denominator)
    return numerator / denominator if denominator else None


def day(some_day: dt.date) -> str:
    """A day in a sentence: 2025年12月31日, or 31 December 2025."""
    if language() == "en":
        return f"{some_day.day} {some_day:%B} {some_day.year}"
    return f"{some_day.year}年{some_day.month}月{some_day.day}日"


def points(now: float | None, before: float | None) -> str:
    """Change in percentage points since a month ago: +1.2; — where one of both is missing."""
    if now is None or before is None:
        return "—"
    if is_hidden(now, before):
        return str(hidden(now, before))
    change = round((now - before) * 100, 1)
    return f"{change:+.1f}" if change else "±0.0"


def class_short(number: int) -> str:
    """A class with its number, short."""
    return f"{number} {word('class', str(number))}"


def mark(chinese: str) -> str:
    """A mark of punctuation, with the blank after it, in the reader's language."""
    return _MARKS[chinese] if language() == "en" else chinese


def join_names(names: list[str], most: int | None = None) -> str:
    """Names one after the other; `most`: the first few of them, and that there are more."""
    return mark("、").join(names[:most]) + ("…" if most and len(names) > most else "")


def scope_name(scope: Sequence[str], places: dict[str, str]) -> str:
    """Name a scope by its villages. A code that no village of the register has stays a code."""
    if row_access.is_whole(scope):
        return _("全镇")
    if not scope:
        return _("没有（什么也看不到）")
    names = [places.get(code, code) for code in scope]
    more = _(" 等 {count} 个").format(count=len(names)) if len(names) > FEW else ""
    return join_names(names[:FEW]) + more


def list_villages(names: list[str], most: int = FEW) -> str:
    """Names in a sentence, the first few of them: 柳树村、石桥村等5个村."""
    if len(names) <= most:
        return join_names(names)
    return _("{names}等{count}个村（社区）").format(names=join_names(names[:most]), count=len(names))


def overview(as_of: dt.date, eligibility: dict, coverage: dict, visits: dict, behind: list[str]) -> str:
    """The sentence on top of the overview, for the town or one village."""
    if not eligibility["registered"]:
        return _("截至{day}，没有在册儿童。").format(day=day(as_of))
    parts = [
        _("截至{day}，在册 {registered} 人，其中帮扶范围内 {in_scope} 人").format(
            day=day(as_of), registered=eligibility["registered"], in_scope=eligibility["in_scope"]
        ),
        _("结对覆盖 {share}").format(share=_share_in_words(coverage["covered"], coverage["in_scope"])),
        _("1—3类结对覆盖 {share}").format(share=_share_in_words(coverage["covered_1_3"], coverage["in_scope_1_3"])),
        _("4—6类结对覆盖 {share}").format(share=_share_in_words(coverage["covered_4_6"], coverage["in_scope_4_6"])),
        _("走访跟上 {share}").format(share=_share_in_words(visits["on_pace"], visits["due_children"])),
    ]
    sentence = mark("，").join(parts)
    if behind:
        sentence += _("；1—3类还没有全部结对的：{names}").format(names=list_villages(behind))
    return sentence + mark("。").strip()


def _share_in_words(numerator: int, denominator: int) -> str:
    """A share in a sentence: 96.4%(53/55); 无此类儿童 where there are none."""
    if is_hidden(numerator, denominator):
        return str(hidden(numerator, denominator))
    if not denominator:
        return _("无此类儿童")
    return _("{share}（{numerator}/{denominator}）").format(
        share=percent(numerator / denominator), numerator=numerator, denominator=denominator
    )


def partly_shown(title: str, count: int, withheld: int) -> str:
    """What a chart shows where figures are withheld: they may be the lowest, or the only ones behind, so no finding."""
    return _("{title}：公布 {count} 个数，不公布 {withheld} 个").format(title=title, count=count, withheld=withheld)


def coverage_title(title: str, rows: list[tuple[str, int, int]], withheld: int = 0) -> str:
    """What a coverage chart shows, from (village, numerator, denominator) of all but those withheld."""
    if withheld:
        return partly_shown(title, sum(not is_hidden(row[2]) for row in rows), withheld)
    counted = [row for row in rows if row[2]]
    late = sum(is_hidden(row[2]) and not is_withheld(row[2]) for row in rows)
    rest = _("，{count}个尚无数据").format(count=late) if late else ""
    lacking = sorted((row for row in counted if row[1] < row[2]), key=lambda row: row[1] / row[2])
    if not counted:
        return _("{title}：没有可计算的村（社区）").format(title=title) + rest
    if not lacking:
        return _("{title}：{count}个村（社区）全部达到100%").format(title=title, count=len(counted)) + rest
    name, numerator, denominator = lacking[0]
    sentence = _("{title}：{count}个村（社区）未到100%，最低的{name} {share}")
    return sentence.format(title=title, count=len(lacking), name=name, share=_share_in_words(numerator, denominator)) + rest


def goals_sentence(year: int, score: float | None, rows: list[dict]) -> str:
    """The sentence on top of a goal year: how many are met, and what the score does not say (None before the goal day)."""
    statuses = [row["status"] for row in rows]
    sentence = _("{year}年目标：{count} 项指标达标 {met} 项").format(year=year, count=len(rows), met=statuses.count("met"))
    if none := statuses.count("no_figure"):
        sentence += _("，{none} 项没有数据、不计分").format(none=none)
    if score is None:
        sentence += _("；得分到目标日才计算")
    else:
        sentence += _("；得分 {score}，没有达标的指标也按完成的比例得分").format(score=f"{score * 100:.1f}")
    behind = [share_name(row["indicator"]) for row in rows if row["status"] == "behind"]
    if behind:
        sentence += _("；滞后的有：{names}").format(names=join_names(behind))
    return sentence + mark("。")
