"""The field's words for the codes that tables hold: states, kinds of visit, difficulties, occasions, leads, figures."""

from __future__ import annotations

from checks.catalogue import word as rule_word
from locales import _, language
from warehouse.metrics import query, registry


def word(kind: str, code: str | None) -> str:
    """Return the words of a code of one kind: — for no code, the code itself where it has no words."""
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
    """Return a ledger's field in the reader's language, as the sentences of findings call it."""
    return rule_word(code, "en" if language() == "en" else "zh")


def lead_name(code: str) -> str:
    """Return the name of a lead, worded as something to be checked."""
    return figure_name(f"leads.{code}")


def lead_rule(code: str) -> str:
    """Return when a lead is shown, and what may well explain it."""
    return str(registry.metrics()["leads"].figures[code].note)


def figure_name(code: str) -> str:
    """Return the field's name of a figure, metric.figure, for the title of its list."""
    metric, _dot, name = code.partition(".")
    figure = registry.metrics()[metric].figures[name]
    words = {variable: field_name(item) if variable == "field" else item for variable, item in figure.item.items()}
    return str(figure.title).format(**words)


def short_name(code: str) -> str:
    """Return the heading of a narrow column for a figure, metric.figure."""
    metric, _dot, name = code.partition(".")
    figure = registry.metrics()[metric].figures[name]
    return str(figure.short or figure.title)


def share_name(code: str) -> str:
    """Return the field's name of a share."""
    return str(registry.shares()[code].title)


def metric_name(name: str) -> str:
    """Return what a metric is called among the tables to export."""
    return str(registry.metrics()[name].title)


def meaning(code: str) -> str:
    """Return what a share is made of, and the first sentence of its metric's definition."""
    share = registry.shares()[code]
    numerator, denominator = (figure_name(f"{share.metric}.{part}") for part in share.parts)
    parts = _("{share} = {numerator} ÷ {denominator}。").format(share=share.title, numerator=numerator, denominator=denominator)
    end = ". " if language() == "en" else "。"
    return parts + query.definition(share.metric, language()).partition(end)[0] + end.strip()
