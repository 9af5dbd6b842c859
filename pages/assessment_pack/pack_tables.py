"""What an assessment pack says besides figures: settings, loads, ledgers, findings, the sample. No name of a file or of a person, no cell."""

import datetime as dt
import json
from collections.abc import Callable

from checks import catalogue
from locales import _
from pages.downloads.xlsx_writer import Sheet
from pages.text import formatting, settings_text
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.review import stratified_sample
from warehouse.settings import settings
from warehouse.storage import build_files

Ask = Callable[[str], list[dict]]
_SAMPLE_SIZE = 20
_PARTS = ("rows_seen", "rows_loaded", "rows_set_aside", "rows_not_data")


def settings_sheets(build: repository.Build) -> list[Sheet]:
    """Every setting and goal in force in the build, beside the program's own; those that differ are marked."""
    headings = [_("设定"), _("本版本所用"), _("程序默认"), _("本镇自定"), _("代码")]
    rows = [
        [
            settings_text.name({"name": name, "item": item}),
            settings_text.value(name, value),
            settings_text.value(name, default),
            "" if value == default else "●",
            f"{name} {item}",
        ]
        for _source, name, item, value, default in repository.settings_of(build)
    ]
    usual, threshold = (str(of["small_count"]) for of in (settings.program_settings(), settings.settings(build_files.home())))
    least = [_("少于多少不公布"), threshold, usual, "" if threshold == usual else "●", "small_count default"]
    return [Sheet(_("设定与目标"), headings, [*rows, least], frozenset())]


def loads_sheets(reading: row_access.ScopedBuild) -> list[Sheet]:
    """The rows of all ledgers by kind, and the loads whose builds are kept, up to this one: counts alone."""
    kinds = [[_ledger(row["ledger"]), row["sheets"], *_counts(row)] for row in reading.rows("rows_by_ledger")]
    headings = [_("台账"), _("工作表"), *_part_names()]
    loads = [
        _("数据版本"),
        _("载入时间（{clock}）").format(clock=formatting.whose_clock()),
        _("检查截至"),
        _("台账文件"),
        _("本次新读"),
        _("本次替换"),
        _("本次去掉"),
    ]
    return [Sheet(_("各类台账的行数"), headings, kinds, frozenset()), Sheet(_("历次载入"), loads, _loads(reading), frozenset())]


def _loads(reading: row_access.ScopedBuild) -> list[list]:
    lines = []
    for facts in ({"build": reading.build.id, **reading.facts()}, *reading.loads_before()):
        counts = [len(json.loads(facts.get(name) or "[]")) for name in ("files_new", "files_replaced", "files_left_out")]
        lines.append([facts["build"], formatting.moment(facts["loaded_at"]), facts["as_of"], facts["ledgers"], *counts])
    return lines


def ledger_sheets(ask: Ask) -> list[Sheet]:
    """A line for each ledger file and kind of ledger in it, the file by its hash alone: a village may have named it after a person."""
    headings = [_("文件的校验码（SHA-256）"), _("村（社区）"), _("填报日"), _("台账"), _("工作表"), *_part_names(), _("未能读取的原因")]
    rows = [
        [
            row["sha256"],
            row["village"] or "—",
            str(row["ledger_on"] or "—"),
            _ledger(row["ledger"]) if row["sheets"] else "—",
            row["sheets"],
            *_counts(row),
            catalogue.fault(row["fault"]) if row["fault"] else "",
        ]
        for row in ask("rows_by_file")
    ]
    return [Sheet(_("台账文件"), headings, rows, frozenset())]


def _part_names() -> list[str]:
    return [_("共有行"), _("载入行"), _("搁置行"), _("非数据行")]


def _counts(row: dict) -> list[object]:
    return [int(row[name] or 0) for name in _PARTS]


def _ledger(code: str | None) -> str:
    return catalogue.word(code) if code else _("不是台账（汇总表等）")


def findings_sheets(ask: Ask) -> list[Sheet]:
    """Findings by rule for the town; by village those about files, headings and rows that are no child's."""
    findings = {row["code"]: row["found"] for row in ask("findings_by_rule")}
    ran = {row["code"]: row["state"] == "checked" for row in ask("rule_states")}
    rules = [
        [
            rule.code,
            catalogue.severity_name(rule.severity),
            catalogue.fault(rule.code),
            rule.plan or "—",
            findings.get(rule.code, 0) if ran.get(rule.code) else _("未检查"),
        ]
        for rule in catalogue.catalogue().values()
    ]
    by_rule = [_("代码"), _("程度"), _("说明"), _("方案条款"), _("发现")]
    places = [[row["name"], row["found"]] for row in ask("ledger_findings_by_village")]
    return [
        Sheet(_("检查规则与发现（全镇）"), by_rule, rules, frozenset()),
        Sheet(_("各村（社区）的台账问题（不涉及具体儿童的）"), [_("村（社区）"), _("发现")], places, frozenset()),
    ]


def sample_sheets(reading: row_access.ScopedBuild, as_of: dt.date, seed: str) -> list[Sheet]:
    """Children in scope on the day, each once by its lowest class; the same seed draws the same. Empty where there are none."""
    rows = [
        {"child_id": row["child_id"], "village_id": row["village_id"], "class_no": row["class_no"]}
        for row in query.children_at(reading.build, as_of)
        if row["is_in_scope"]
    ]
    if not rows:
        return []
    sample = stratified_sample.sample(reading.restrict(rows), _SAMPLE_SIZE, seed)
    names = {row["village_id"]: row["name"] for row in reading.villages()}
    headings = [_("序号"), _("代号"), _("村（社区）"), _("见到儿童"), _("情况与台账相符"), _("备注")]
    lines = [[at, row["child_id"][:8], names.get(row["village_id"], "—"), "", "", ""] for at, row in enumerate(sample.rows, 1)]
    return [Sheet(_("现场抽样 {seed}").format(seed=seed), headings, lines, frozenset())]
