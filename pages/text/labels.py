"""The field's words for the codes that tables hold: states, kinds of visit, difficulties, occasions, leads, figures."""

from __future__ import annotations

from checks.catalogue import word as rule_word
from locales import _, language
from warehouse.metrics import drilldown, query


def word(kind: str, code: str | None) -> str:
    """The words of a code of one kind; — where there is none, the code itself where nobody gave it words."""
    return "—" if code is None else _words()[kind].get(code, code)


def _words() -> dict[str, dict[str, str]]:
    """Words by kind and code, in the reader's language."""
    return {
        "state": {"eligible": _("符合"), "expired": _("已不符合"), "unverified": _("待核实")},
        "mode": {"in_person": _("入户"), "at_school": _("到校"), "phone": _("电话"), "video": _("视频"), "unknown": _("方式不明")},
        "need": {
            "money": _("经济困难"),
            "affection": _("亲情缺失"),
            "schooling": _("教育缺位"),
            "safety": _("安全缺保"),
            "other": _("其他"),
        },
        "occasion": {
            "spring_festival": _("春节"),
            "winter_holiday": _("寒假"),
            "summer_holiday": _("暑假"),
            "childrens_day": _("儿童节"),
            "birthday": _("生日"),
            "other": _("其他"),
        },
        "helper": {
            "town_staff": _("镇干部职工"),
            "village_committee": _("村（社区）两委"),
            "county_staff": _("县级部门干部职工"),
            "outside": _("不在方案范围内"),
        },
        "parent": {
            "severe_disability": _("重残"),
            "serious_illness": _("重病"),
            "imprisoned": _("服刑在押"),
            "rehabilitation": _("强制隔离戒毒"),
            "other_custody": _("被执行其他限制人身自由的措施"),
            "lost_contact": _("失联"),
            "guardianship_revoked": _("被撤销监护资格"),
            "deported": _("被遣送（驱逐）出境"),
            "deceased": _("死亡"),
            "missing": _("失踪"),
            "working_away": _("外出务工"),
            "unable": _("无监护能力"),
            "at_home": _("在家"),
        },
        "hukou": {"rural": _("农村"), "urban": _("城镇")},
        "sex": {"male": _("男"), "female": _("女")},
        "disability": {
            "vision": _("视力"),
            "hearing": _("听力"),
            "speech": _("言语"),
            "physical": _("肢体"),
            "intellectual": _("智力"),
            "mental": _("精神"),
            "multiple": _("多重"),
        },
        "event": {
            "guardianship_missing": _("监护缺失"),
            "guardianship_improper": _("监护不当"),
            "abuse": _("虐待"),
            "abandonment": _("遗弃"),
            "accident": _("意外伤害"),
            "unlawful_harm": _("不法侵害"),
            "divorce": _("离异"),
            "widowed": _("丧偶"),
            "single_parent": _("单亲"),
            "sudden_event": _("突发事件"),
            "other": _("其他"),
        },
    }


def field_name(code: str) -> str:
    """A ledger's field in the reader's language, as the sentences of findings call it."""
    return rule_word(code, "en" if language() == "en" else "zh")


def lead_name(code: str) -> str:
    """The name of a lead, worded as something to be checked."""
    return {
        "same_day_bunch": _("一天走访很多户"),
        "year_end_burst": _("走访集中在十四天内"),
        "copied_note": _("走访记录文字相同"),
        "exactly_six": _("多数儿童正好六次"),
        "late_entry": _("事后很久才登记"),
        "impossible_visit": _("日期说不通的走访"),
        "no_yield": _("多次走访没有任何发现"),
    }[code]


def lead_rule(code: str) -> str:
    """When a lead is shown (metrics.md), and what may well explain it."""
    return {
        "same_day_bunch": _("同一名帮扶人一天走访 8 户及以上。也可能是集中慰问或同住一处的家庭。"),
        "year_end_burst": _("一个村全年一半以上的走访落在连续 14 天里（全年至少 12 次）。也可能是集中登记时只写了登记日。"),
        "copied_note": _("同样的记录用在 3 名及以上儿童，或同一儿童的 3 天及以上。也可能是几名儿童情况确实相同。"),
        "exactly_six": _("一个村 80% 以上的儿童正好走访六天（至少 10 名儿童）。也可能是按计划每两月一次。"),
        "late_entry": _("走访 30 多天以后才登记。也可能是山区网络不便、补录纸质记录。"),
        "impossible_visit": _("走访日期晚于填报时间，或在纳入之前、退出之后、结对之前。多半是日期写错。"),
        "no_yield": _("1—2类儿童全年走访六次及以上，从未记下问题、困难或心愿。也可能是另有记录没有报来。"),
    }[code]


def figure_name(figure: str) -> str:
    """The field's name of a figure, metric.figure, for the title of its list."""
    if figure.startswith("visits.had_"):
        return _("今年走访 {days} 天的儿童").format(days=figure[-1])
    if figure.startswith("duties.missing_"):
        return _("必填项“{field}”没有填的儿童").format(field=field_name(figure.removeprefix("duties.missing_")))
    return {
        "eligibility.registered": _("在册儿童"),
        "eligibility.eligible": _("符合条件的儿童"),
        "eligibility.expired": _("已不符合条件的在册儿童"),
        "eligibility.unverified": _("待核实的儿童"),
        "eligibility.in_scope": _("帮扶范围内的儿童"),
        "eligibility.ended": _("已过期的类别资格"),
        "eligibility.ends_in_30": _("30 天内到期的类别资格"),
        "eligibility.ends_in_60": _("60 天内到期的类别资格"),
        "eligibility.ends_in_90": _("90 天内到期的类别资格"),
        "eligibility_reasons.children": _("未符合的类别与原因"),
        "coverage.in_scope": _("帮扶范围内的儿童"),
        "coverage.covered": _("已结对覆盖的儿童"),
        "coverage.in_scope_1_3": _("帮扶范围内的1—3类儿童"),
        "coverage.covered_1_3": _("已结对覆盖的1—3类儿童"),
        "coverage.in_scope_4_6": _("帮扶范围内的4—6类儿童"),
        "coverage.covered_4_6": _("已结对覆盖的4—6类儿童"),
        "coverage.uncovered_1_3": _("1—3类还没有结对的儿童"),
        "coverage.uncovered_4_6": _("4—6类还没有结对的儿童"),
        "coverage.family_paired": _("爱心家庭结对的儿童"),
        "coverage.department_covered": _("部门包片覆盖的儿童"),
        "coverage.conforming": _("结对规范的儿童"),
        "visits.due_children": _("应有走访的儿童"),
        "visits.on_pace": _("走访跟上进度的儿童"),
        "visits.visit_days": _("今年的走访（按日计）"),
        "visits.never_visited": _("今年还没有走访过的儿童"),
        "visits.over_60_days": _("超过 60 天未走访的儿童"),
        "visits.in_scope": _("帮扶范围内的儿童"),
        "visits.within_60_days": _("60 天内走访过的儿童"),
        "visits.six_reached": _("今年已满 6 次的儿童"),
        "visits.target_reached": _("今年应访次数已满的儿童"),
        "visits.target_in_reach": _("今年还能满应访次数的儿童"),
        "visits.target_out_of_reach": _("今年已来不及满应访次数的儿童"),
        "cascade.registered": _("在册儿童"),
        "cascade.in_scope": _("帮扶范围内的儿童"),
        "cascade.covered": _("已结对覆盖的儿童"),
        "cascade.conforming": _("结对规范的儿童"),
        "cascade.on_pace": _("结对规范且走访跟上的儿童"),
        "cascade.no_overdue_need": _("关爱到位的儿童"),
        "needs.raised": _("提出的困难"),
        "needs.open": _("未办结的困难"),
        "needs.overdue": _("超期未办结的困难"),
        "needs.resolved": _("已办结的困难"),
        "duties.helpers": _("在岗帮扶人"),
        "duties.trained": _("今年受过培训的在岗帮扶人"),
        "duties.carded": _("领到明白卡的在岗帮扶人"),
        "duties.care_due": _("应慰问的人次"),
        "duties.care_held": _("已慰问的人次"),
        "duties.reports": _("强制报告"),
        "duties.reports_same_day": _("次日内报出的强制报告"),
        "duties.ledgers_declared": _("已报的村 × 类别"),
        "duties.ledgers_expected": _("应报的村 × 类别"),
        "duties.fields_filled": _("已填的必填项"),
        "duties.fields_required": _("应填的必填项"),
        "duties.missing": _("没有填的必填项"),
        "duties.villages_updated": _("一季度更新过台账的村（社区）"),
        "duties.villages": _("村（社区）"),
    }.get(figure) or lead_name(figure.removeprefix("leads."))


def meaning(share: str) -> str:
    """What a share is made of, and the first sentence of its metric's definition."""
    metric, numerator, denominator = drilldown.share_parts()[share]
    parts = _("{share} = {numerator} ÷ {denominator}。").format(
        share=share_name(share), numerator=figure_name(f"{metric}.{numerator}"), denominator=figure_name(f"{metric}.{denominator}")
    )
    end = ". " if language() == "en" else "。"
    return parts + query.definition(metric, language()).partition(end)[0] + end.strip()


def share_name(share: str) -> str:
    """The field's name of a share."""
    return {
        "coverage_share": _("结对覆盖率"),
        "coverage_share_1_3": _("1—3类结对覆盖率"),
        "coverage_share_4_6": _("4—6类结对覆盖率"),
        "family_paired_share": _("爱心家庭结对率"),
        "conforming_share": _("结对规范率"),
        "visit_pace_share": _("走访跟上进度"),
        "visit_target_share": _("走访达标率"),
        "six_reached_share": _("今年已满 6 次"),
        "within_60_days_share": _("60 天内走访过"),
        "eligibility_valid_share": _("资格有效率"),
        "needs_resolved_share": _("困难办结率"),
        "training_share": _("培训参与率"),
        "card_share": _("明白卡发放率"),
        "care_share": _("慰问落实率"),
        "report_same_day_share": _("次日内报告率"),
        "ledgers_complete_share": _("台账齐全率"),
        "field_complete_share": _("必填项完整率"),
        "annual_update_share": _("年度更新率"),
    }[share]
