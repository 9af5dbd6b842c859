"""The words of an inspected figure: what could be counted, why a row was left out, and other ways to count; pure."""

from checks.catalogue import word
from locales import _
from pages.text import formatting, labels
from warehouse.metrics import registry
from warehouse.review import alternative_counts
from warehouse.review.counting_rules import CountingRule


def population(inspected: registry.Share, class_no: int | None) -> str:
    """Return what could have been counted, of which the counted and the left out are the parts."""
    kind = registry.row_kinds()[inspected.rows]
    return str((class_no and kind.population_of_class) or kind.population)


def unit(inspected: registry.Share) -> str:
    """Return what one of them is counted in."""
    return str(registry.row_kinds()[inspected.rows].unit)


def why(code: str, detail: str | None) -> str:
    """Return why rows are left out, with what says more about it."""
    reason = registry.unmet()[code]
    if not detail:
        return str(reason)
    more = labels.word("mode", detail) if code == "visit_mode" else word(detail)
    return _("{reason}：{more}").format(reason=reason, more=more)


def rule_clause(rule: CountingRule) -> str:
    """Return another way of counting as a clause that can follow “如果”."""
    if rule.code == "day":
        return _("按 {day} 的情况算").format(day=rule.detail)
    if rule.code == "measure":
        return _("算的是另一个指标“{name}”").format(name=labels.name(rule.detail))
    if rule.code == "class":
        return _("只算“{name}”这一类").format(name=formatting.class_short(int(rule.detail)))
    if rule.code == "load":
        build, _space, day = rule.detail.partition(" ")
        return _("按 {loaded} 那次载入的台账、截至 {day} 算").format(loaded=load_moment(build), day=day)
    by_class = {"memberships": _("按人次算，一名儿童属于几类就计几次"), "all_classes": _("不分类别，所有儿童每人计一次")}
    return by_class.get(rule.code) or alternative_counts.title(rule.code)


def load_moment(build: str) -> str:
    """When a build was loaded, from its id, by the town's clock."""
    return formatting.moment(f"{build[:15]}+00:00")
