-- Where each village of the register stands at $as_of: one row per village. A merged one stands in the village it went into
-- (through at most three mergers); is_begun: it exists or has existed; is_there: it exists, so that it has figures of its own;
-- is_there_in_march: it existed on 31 March of the year.
with mergers as (
    select village_id, merged_into
    from villages
    where until <= $as_of
)
select
    v.village_id, coalesce(c.merged_into, b.merged_into, a.merged_into, v.village_id) as stands_in,
    v.since is null or v.since <= $as_of as is_begun,
    (v.since is null or v.since <= $as_of) and (v.until is null or $as_of < v.until) as is_there,
    (v.since is null or v.since <= make_date(year_of($as_of), 3, 31))
    and (v.until is null or make_date(year_of($as_of), 3, 31) < v.until) as is_there_in_march
from villages as v
left join mergers as a on a.village_id = v.village_id
left join mergers as b on b.village_id = a.merged_into
left join mergers as c on c.village_id = b.merged_into
