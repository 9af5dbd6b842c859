-- State of every registered child at $as_of: one row per child; its best class decides, primary_class is the lowest
-- class in that state; in scope = not expired; needs_family = an in-scope class 1-3 (plan 2.1, 2.3).
with best_ranks as (
    select
        child_id,
        min(case state when 'eligible' then 10 when 'unverified' then 20 else 30 end + class_no) as best_rank,
        max(one_if(is_in_scope and class_no <= 3)) as needs_family
    from membership_states
    group by child_id
)
select
    c.*,
    case when b.best_rank < 20 then 'eligible' when b.best_rank < 30 then 'unverified' else 'expired' end as state,
    b.best_rank < 30 as is_in_scope, b.best_rank % 10 as primary_class, b.needs_family = 1 as needs_family
from registered_children as c
inner join best_ranks as b on b.child_id = c.child_id
