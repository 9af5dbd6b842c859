"""The words of an inspected figure: what could be counted, why a row was left out, and other ways to count; pure."""

from __future__ import annotations

from checks.catalogue import word
from locales import _
from pages.text import formatting, labels
from warehouse.review.counting_rules import CountingRule
from warehouse.review.exclusions import Measure


def name(code: str) -> str:
    """The name of a share or `metric.figure`."""
    return labels.figure_name(code) if "." in code else labels.share_name(code)


def whole(asked: Measure, class_no: int | None) -> str:
    """What could have been counted, of which the counted and the left out are the parts."""
    if class_no and asked.rows == "children":
        return _("台账里列过这一类的儿童")
    return {
        "children": _("台账里的儿童"),
        "visits": _("台账里今年到这一天的走访记录"),
        "needs": _("台账里的困难"),
        "helpers": _("台账里的帮扶人"),
        "care": _("在册儿童 × 今年的慰问节点"),
        "fields": _("在册儿童 × 24 个必填项"),
        "reports": _("台账里的强制报告"),
        "declarations": _("村（社区）× 6 类"),
        "villages": _("名册里的村（社区）"),
    }[asked.rows]


def unit(asked: Measure) -> str:
    """What one of them is counted in."""
    people = _("人")
    told = {"children": people, "helpers": people, "care": _("人次"), "needs": _("件"), "reports": _("件"), "visits": _("条")}
    return told.get(asked.rows) or (_("个") if asked.rows == "villages" else _("项"))


def why(code: str, detail: str | None) -> str:
    """Why rows are left out, with what says more about it."""
    told = _whys()[code]
    if not detail:
        return told
    more = labels.word("mode", detail) if code == "visit_mode" else word(detail, formatting.catalogue_language())
    return _("{told}：{more}").format(told=told, more=more)


def _whys() -> dict[str, str]:
    """Words by what leaves a row out: a mark of sql/whole, or a condition of the figure that it does not meet."""
    return {
        "child_unlisted": _("台账里没有写明类别"),
        "child_not_yet": _("这一天还没有纳入"),
        "child_left": _("这一天以前已退出"),
        "helper_not_yet": _("这一天还没有加入"),
        "helper_left": _("这一天以前已离开"),
        "helper_no_pairing": _("这一天在本村没有有效的结对"),
        "need_not_yet": _("这一天以后才提出"),
        "report_not_yet": _("这一天以后才发现"),
        "village_unknown": _("所写的村不在名册里"),
        "visit_undated": _("没有走访日期，或日期不成立"),
        "visit_mode": _("走访方式不计入次数"),
        "visit_same_day": _("同一儿童同一天已计过一次"),
        "child_unknown": _("对不上是哪名儿童"),
        "child_not_registered": _("儿童这一天不在册"),
        "child_expired": _("儿童已不符合条件"),
        "child_not_registered_then": _("节点截止时儿童还不在册"),
        "birthday_unknown": _("出生日期不明，算不出生日"),
        "occasion_not_over": _("节点还没有到截止日"),
        "cells_of_class_6": _("6 类才要填的（户籍）"),
        "cells_of_classes_2_6": _("2、6 类才要填的（父母情况）"),
        "cells_of_class_3": _("3 类才要填的（残疾）"),
        "cells_of_classes_3_4": _("3、4 类才要填的（低保）"),
        "cells_of_class_5": _("5 类才要填的（事件、评估）"),
        "cells_of_school_age": _("满 6 岁才要填的（学校）"),
        "is_in_scope": _("已不符合条件"),
        "state = 'eligible'": _("已不符合或待核实"),
        "state = 'expired'": _("没有过期"),
        "state = 'unverified'": _("不是待核实"),
        "needs_family": _("在 4—6 类，不在 1—3 类"),
        "not needs_family": _("在 1—3 类，不在 4—6 类"),
        "is_covered": _("没有覆盖"),
        "is_family_paired": _("没有爱心家庭结对"),
        "is_department_covered": _("没有部门包片"),
        "is_conforming": _("没有覆盖，或结对不规范"),
        "is_due": _("在册时间短，还没有应访的次数"),
        "is_on_pace": _("走访没有跟上进度"),
        "is_never_visited": _("今年走访过，或还没有应访的次数"),
        "is_over_60_days": _("60 天内走访过"),
        "overdue_needs = 0": _("有超期未办结的困难"),
        "is_resolved": _("没有办结"),
        "not is_resolved": _("已经办结"),
        "is_overdue": _("已办结，或还没有到时限"),
        "is_held": _("没有慰问"),
    }


def way(told: CountingRule) -> str:
    """One other way to count as a clause that can stand after “如果”."""
    if told.code == "day":
        return _("按 {day} 的情况算").format(day=told.detail)
    if told.code == "measure":
        return _("算的是另一个指标“{name}”").format(name=name(told.detail))
    if told.code == "class":
        return _("只算“{name}”这一类").format(name=formatting.class_short(int(told.detail)))
    if told.code == "load":
        build, _space, day = told.detail.partition(" ")
        return _("按 {loaded} 那次载入的台账、截至 {day} 算").format(loaded=loaded(build), day=day)
    return _ways()[told.code]


def loaded(build: str) -> str:
    """When a build was loaded, from its id, by the town's clock."""
    return formatting.moment(f"{build[:15]}+00:00")


def _ways() -> dict[str, str]:
    """Words of the ways of alternative_counts.toml and of those by class."""
    return {
        "expired_kept": _("把已不符合条件的儿童也算在分母里"),
        "expired_paired_kept": _("把已不符合条件的儿童连同他们的结对都算进去"),
        "expired_visits_kept": _("把已不符合条件的儿童的走访也算进去"),
        "unverified_out": _("不算待核实的儿童"),
        "unverified_in": _("把待核实的儿童都算作符合"),
        "left_kept": _("把已退出、已离开的也算进去"),
        "department_for_all": _("1—3 类儿童没有爱心家庭、只有部门包片的也算已覆盖"),
        "family_alone": _("只算爱心家庭结对，不算部门包片"),
        "by_primary_class": _("按儿童的主类别分 1—3 类和 4—6 类"),
        "not_due_kept": _("把还没有应访次数的儿童也算进去"),
        "any_mode": _("电话、视频等方式的走访也计入次数"),
        "every_entry": _("同一天的几次走访各计一次"),
        "later_resolved": _("这一天以后办结的也算已办结"),
        "later_kept": _("把这一天以后提出或发现的也算进去"),
        "without_child_out": _("不算对不上儿童的记录"),
        "any_year": _("以前年度的培训也算"),
        "not_over_kept": _("还没有到截止日的节点也算"),
        "expired_care_kept": _("把已不符合条件的儿童的慰问也算进去"),
        "not_registered_then_kept": _("节点截止时还不在册的儿童也算"),
        "all_cells": _("24 个必填项不分类别都要填"),
        "memberships": _("按人次算，一名儿童属于几类就计几次"),
        "all_classes": _("不分类别，所有儿童每人计一次"),
    }
