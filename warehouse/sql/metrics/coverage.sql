-- zh: 在帮扶范围内的儿童中已覆盖的比例。1–3 类须有爱心家庭结对；4–6 类有爱心家庭结对或部门包片即可。
-- zh: 待核实儿童日后可能在或不在范围内，故另给上下限：下限＝已覆盖的符合儿童÷（符合＋未覆盖的待核实）；上限＝（已覆盖的符合＋已覆盖的待核实）÷（符合＋已覆盖的待核实）。
-- zh: 结对规范：满 8 周岁女童有女性帮扶人，同户儿童有共同的爱心家庭，帮扶人都在方案规定的范围内。粒度：每组一行；单位：人，比率 0–1。依据方案 2.3。
-- en: Share of in-scope children who are covered: classes 1-3 by a helper family, the others by a helper family or a department.
-- en: Lowest coverage = covered eligible / (eligible + uncovered unverified); highest coverage = covered / (eligible + covered unverified).
-- en: Conforming: girls of 8 have a female helper, siblings share a helper, every helper is of the plan's circle.
-- en: Grain: one row per group. Unit: children (by class: in-scope memberships; covered and conforming are the child's), shares 0-1. Plan 2.3.
with counts as (
    select
        k.grp, k.village_id, k.class_no, count(c.child_id) as in_scope,
        count(case when c.is_covered then 1 end) as covered,
        count(case when g.state = 'eligible' then 1 end) as eligible,
        count(case when g.state = 'eligible' and c.is_covered then 1 end) as covered_eligible,
        count(case when g.state = 'unverified' and c.is_covered then 1 end) as covered_unverified,
        count(case when g.state = 'unverified' and not c.is_covered then 1 end) as uncovered_unverified,
        count(case when c.needs_family then 1 end) as in_scope_1_3,
        count(case when c.needs_family and c.is_covered then 1 end) as covered_1_3,
        count(case when not c.needs_family then 1 end) as in_scope_4_6,
        count(case when not c.needs_family and c.is_covered then 1 end) as covered_4_6,
        count(case when c.is_family_paired then 1 end) as family_paired,
        count(case when c.is_department_covered then 1 end) as department_covered,
        count(case when c.is_conforming then 1 end) as conforming
    from group_keys as k
    left join grouped_children as g
        on g.grp = k.grp and g.village_id = k.village_id and g.class_no = k.class_no and g.is_in_scope
    left join child_coverage as c on c.child_id = g.child_id
    group by k.grp, k.village_id, k.class_no
)
select
    *, share_of(covered, in_scope) as coverage_share,
    share_of(covered_eligible, eligible + uncovered_unverified) as coverage_low,
    share_of(covered_eligible + covered_unverified, eligible + covered_unverified) as coverage_high
from counts
