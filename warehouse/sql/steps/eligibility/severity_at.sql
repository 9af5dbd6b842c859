-- Severe disability or serious illness of the registered children at $as_of, for class 3 (plan 2.1): one row per child.
-- severe_until: last day it holds; null with is_severe: no end.
with thresholds as (
    select f.child_id, coalesce(y.value, d.value) as cost
    from facts_at as f
    inner join settings as d on d.name = 'illness_cost' and d.item = 'default'
    left join settings as y on y.name = 'illness_cost' and y.item = cast(f.illness_year as string)
    where f.illness_cost is not null and f.illness_year is not null
),
evidence as (
    select
        f.child_id, f.disability_card_until as card_until, f.illness_year,
        coalesce(
            f.disability_level in (1, 2) or f.disability_level = 3 and f.disability_type like '%intellectual%', false
        ) as has_severe_card,
        coalesce(
            f.disability_level = 3 and f.disability_type like '%mental%' and s.value = 1, false
        ) as has_mental_card,
        coalesce(f.illness_cost >= t.cost, false) as has_costly_illness
    from facts_at as f
    left join thresholds as t on t.child_id = f.child_id
    left join settings as s on s.name = 'level_3_mental'
),
periods as (
    select
        child_id, has_severe_card or has_mental_card as is_card_severe,
        has_mental_card and not has_severe_card as is_to_verify,
        (has_severe_card or has_mental_card) and holds_until(card_until, $as_of) as is_card_in_force,
        has_costly_illness and illness_year in (year_of($as_of), year_of($as_of) - 1) as is_illness_in_force,
        has_costly_illness and illness_year < year_of($as_of) - 1 as is_illness_past,
        case when has_severe_card or has_mental_card then coalesce(card_until, date '9999-12-31') end as card_until,
        case when has_costly_illness then make_date(illness_year + 1, 12, 31) end as illness_until
    from evidence
)
select
    child_id, is_card_in_force or is_illness_in_force as is_severe,
    is_card_severe and not is_card_in_force as is_card_past, is_illness_past, is_to_verify,
    nullif(greatest(card_until, illness_until), date '9999-12-31') as severe_until
from periods
