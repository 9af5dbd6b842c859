-- What falls due from $as_of to 60 days later, of helpers in service and of children in scope: one row per kind, village, child or helper
-- and day, the earliest first. detail is a code.
--   training       helpers not trained this year, by 31 December
--   card           helpers without a policy card, at once
--   update         villages without a children ledger of the first quarter, by 31 March
--   dibao_end      last day of the minimum living allowance (classes 3, 4)
--   dibao_review   12 months after its last review, where one is stated, also past (classes 3, 4)
--   class5_review  12 months after the last review or else the listing, also past (class 5)
--   age_limit      18th birthday, the 16th of a child in scope by class 6 alone; detail: the age
--   parent_until   last day of a parent's status (class 2; class 6: of working away); detail: father_until | mother_until
--   card_until     last day of the disability card
--   occasion       last day of an occasion of care not held; detail: the occasion
-- Helpers stand in each village with a pairing in force, those without one in that of their ledger.
with places as (
    select t.helper_id, coalesce(d.village_id, v.stands_in) as village_id, t.is_trained, t.is_carded
    from helper_duties as t
    inner join helpers as h on h.helper_id = t.helper_id
    left join helper_duties as d on d.helper_id = t.helper_id and d.grp = 'village' and d.is_there
    left join village_places as v on v.village_id = h.village_id
    where t.grp = 'town'
),
scope_classes as (
    select
        child_id,
        case when min(class_no) = 6 then 16 else 18 end as age_limit,
        max(one_if(class_no in (3, 4))) = 1 as is_on_dibao, max(one_if(class_no = 2)) = 1 as is_class_2,
        max(one_if(class_no = 6)) = 1 as is_class_6
    from membership_states
    where is_in_scope
    group by child_id
),
parents as (
    select child_id, father_status as status, father_until as until_on, 'father_until' as detail from facts_at
    union all
    select child_id, mother_status as status, mother_until as until_on, 'mother_until' as detail from facts_at
),
of_children as (
    select c.child_id, 'dibao_end' as kind, f.dibao_until as due_on, cast(null as string) as detail, false as is_kept
    from scope_classes as c
    inner join facts_at as f on f.child_id = c.child_id
    where c.is_on_dibao
    union all
    select c.child_id, 'dibao_review' as kind, add_months(f.dibao_reviewed_on, 12) as due_on, null as detail, true as is_kept
    from scope_classes as c
    inner join facts_at as f on f.child_id = c.child_id
    where c.is_on_dibao
    union all
    select m.child_id, 'class5_review' as kind, add_months(coalesce(f.reviewed_on, r.listed_on), 12) as due_on, null as detail, true as is_kept
    from membership_states as m
    inner join registered_memberships as r on r.child_id = m.child_id and r.class_no = m.class_no
    inner join facts_at as f on f.child_id = m.child_id
    where m.class_no = 5 and m.is_in_scope
    union all
    select c.child_id, 'age_limit' as kind, add_years(s.born_on, c.age_limit) as due_on, cast(c.age_limit as string) as detail, false as is_kept
    from scope_classes as c
    inner join child_states as s on s.child_id = c.child_id
    union all
    select c.child_id, 'parent_until' as kind, p.until_on as due_on, p.detail, false as is_kept
    from scope_classes as c
    inner join parents as p on p.child_id = c.child_id
    where c.is_class_2 or c.is_class_6 and p.status = 'working_away'
    union all
    select c.child_id, 'card_until' as kind, f.disability_card_until as due_on, null as detail, false as is_kept
    from scope_classes as c
    inner join facts_at as f on f.child_id = c.child_id
    union all
    select o.child_id, 'occasion' as kind, o.last_on as due_on, o.occasion as detail, false as is_kept
    from care_occasions as o
    left join occasions_held as h
        on h.child_id = o.child_id and h.occasion = o.occasion and o.occasion_year = year_of($as_of)
    where h.child_id is null
),
duties as (
    select o.kind, s.village_id, o.child_id, cast(null as string) as helper_id, o.due_on, o.detail
    from of_children as o
    inner join child_states as s on s.child_id = o.child_id and (s.delisted_on is null or o.due_on < s.delisted_on)
    where o.is_kept or o.due_on >= $as_of
    union all
    select 'training' as kind, village_id, null as child_id, helper_id, year_ends($as_of) as due_on, null as detail
    from places
    where not is_trained
    union all
    select 'card' as kind, village_id, null as child_id, helper_id, $as_of as due_on, null as detail
    from places
    where not is_carded
    union all
    select 'update' as kind, village_id, null as child_id, null as helper_id, make_date(year_of($as_of), 3, 31) as due_on, null as detail
    from village_ledgers
    where is_expected_to_update = 1 and is_updated = 0 and $as_of <= make_date(year_of($as_of), 3, 31)
)
select *
from duties
where due_on <= add_days($as_of, 60)
order by due_on, village_id, kind, child_id, helper_id, detail
