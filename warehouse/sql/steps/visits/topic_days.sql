-- Counted visit-days of the children in scope in the year of $as_of whose ledger says anything of topics: one row per child and day
-- with the topics that any counted visit of the day has, as words.
select
    y.child_id, s.village_id, y.visited_on,
    concat(
        max(case when v.has_topic_health then 'health ' else '' end),
        max(case when v.has_topic_schooling then 'schooling ' else '' end),
        max(case when v.has_topic_parents then 'parents ' else '' end),
        max(case when v.has_topic_wishes then 'wishes ' else '' end),
        max(case when v.has_topic_family then 'family ' else '' end),
        max(case when v.has_topic_policy then 'policy ' else '' end),
        max(case when v.has_topic_guardianship then 'guardianship ' else '' end),
        max(case when v.has_topic_safety then 'safety ' else '' end)
    ) as topics
from year_visits as y
inner join visits as v on v.visit_id = y.visit_id
inner join child_states as s on s.child_id = y.child_id and s.is_in_scope
where y.is_counted
    and coalesce(
        v.has_topic_health, v.has_topic_schooling, v.has_topic_parents, v.has_topic_wishes,
        v.has_topic_family, v.has_topic_policy, v.has_topic_guardianship, v.has_topic_safety
    ) is not null
group by y.child_id, s.village_id, y.visited_on
