-- Children in scope at $as_of with their household and what their helpers are: one row per child; has_female_helper and
-- is_all_in_circle are null where no family is paired.
select
    s.child_id, s.needs_family, s.born_on, s.sex, f.household_id, p.child_id is not null as is_family_paired,
    p.has_female_helper, p.is_all_in_circle
from child_states as s
inner join facts_at as f on f.child_id = s.child_id
left join family_pairs as p on p.child_id = s.child_id
where s.is_in_scope
