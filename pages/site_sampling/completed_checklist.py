"""A filled checklist that comes back: read in a process with limits, held against the sample that it claims to be, and counted.

Nothing of it is kept: neither the file nor the answers.
"""

import datetime as dt
from dataclasses import dataclass

from locales import LANGUAGES, _
from pages.data.queries import Figures, Reader
from pages.jobs import sheet_reader
from pages.jobs.job_folder import Refused
from pages.site_sampling import checklist_xlsx, sample
from pages.site_sampling.checklist_xlsx import ITEMS, PARAMETERS
from warehouse.builds import repository
from warehouse.review import stratified_sample
from warehouse.storage import build_files


@dataclass(frozen=True)
class Counted:
    """One item: how many were answered yes, no, could not be judged, or left open; the interval is of yes among yes and no."""

    item: str
    yes: int
    no: int
    unseen: int
    open: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """The exact 95 % interval of yes, 0-1; None where nothing was answered."""
        return stratified_sample.interval(self.yes, self.yes + self.no)


@dataclass(frozen=True)
class Result:
    """What a filled list says: the sample it is of, each item counted, and the lines with what is not true of each."""

    checklist: sample.Checklist
    items: list[Counted]
    untrue: list[tuple[sample.Line, list[str]]]


def count(sheets: sheet_reader.Sheets, reader: Reader) -> Result:
    """Hold a list against the sample that its own parameters give, as far as a reader may see, and count it. Raises Refused."""
    request = _request(sheets)
    if request.build not in {row["build"] for row in repository.history(build_files.home())}:
        raise Refused(_("清单抽自版本 {build}，这个版本已不再保留，核对不了是不是原来的样本。").format(build=request.build[:40]))
    checklist = sample.draw(Figures(request.build, reader, request.day), request)
    answers = _answers(sheets)
    _check(checklist, list(answers))
    lines = {line.code: line for line in checklist.lines}
    items = []
    for item in ITEMS:
        of_item = [row[item] for row in answers.values()]
        items.append(Counted(item, *map(of_item.count, ("yes", "no", "unseen", ""))))
    untrue = [(lines[code], [item for item in ITEMS[1:] if row[item] == "no"]) for code, row in answers.items()]
    return Result(checklist, items, sorted((pair for pair in untrue if pair[1]), key=lambda pair: pair[0].number))


def _request(sheets: sheet_reader.Sheets) -> sample.SampleRequest:
    """Return the parameters that their sheet holds. Raises Refused where it is missing or says what cannot be."""
    rows = next((rows for rows in sheets.values() if rows and rows[0][:1] == [PARAMETERS[0]]), [])
    values = {row[0]: row[1].strip() for row in rows if len(row) > 1}
    try:
        day, size = dt.date.fromisoformat(values["as_of"]), int(values["size"].removesuffix(".0"))
        request = sample.SampleRequest(values["build"], day, values["who"], tuple(values["villages"].split()), size, values["seed"])
    except (KeyError, ValueError):
        request = None
    if request is None or not sample.SEED.fullmatch(request.seed):
        raise Refused(_("这不是从本页下载的核查清单：没有完整的“抽样参数”表，请用下载的原表填写。"))
    if request.who not in sample.WHO or not 1 <= size <= sample.MOST:
        raise Refused(_("清单“抽样参数”表里的范围或人数改过，核对不了；请用下载的原表填写。"))
    return request


def _answers(sheets: sheet_reader.Sheets) -> dict[str, dict[str, str]]:
    """Code → item → answer, of the rows below the headings that name a child."""
    rows = sheet_reader.below_headings(sheets, "checklist_column", ("code", *ITEMS))
    if rows is None:
        raise Refused(_("清单里找不到“代号”和四个填写栏的标题；请用下载的原表填写，不要改标题。"))
    # In any of our languages; "" for none or other words.
    codes = {item: {word: code for into in LANGUAGES for code, word in checklist_xlsx.answers(item, into).items()} for item in ITEMS}
    answers: dict[str, dict[str, str]] = {}
    for _number, row in rows:
        child = row["code"]
        if child in answers:
            raise Refused(_("清单上代号 {code} 出现了两次；请用下载的原表，不要增删行。").format(code=child[:8]))
        if child:
            answers[child] = {item: codes[item].get(row[item], "") for item in ITEMS}
    return answers


def _check(checklist: sample.Checklist, codes: list[str]) -> None:
    """The children of the list are those that the parameters give. Raises Refused with the ones that differ."""
    sampled = {line.code for line in checklist.lines}
    strange, missing = sorted(set(codes) - sampled), sorted(sampled - set(codes))
    if strange or missing:
        says = _("版本 {build}、{day}、种子 {seed} 抽不出清单上的这些儿童：多出 {strange}；缺少 {missing}。请用下载的原表，不要增删行。")
        names = [" ".join(code[:8] for code in differing[:10]) or _("没有") for differing in (strange, missing)]
        request = checklist.request
        raise Refused(says.format(build=request.build, day=request.day, seed=request.seed, strange=names[0], missing=names[1]))
