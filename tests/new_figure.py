"""A made-up eleventh metric: one SQL file and one entry beside it, and nothing else."""

import shutil

import pytest

from warehouse.metrics import query, registry
from warehouse.sql import compose

NAME = "second_visits"
COLUMNS = ["in_scope", "visited_twice"]
_SQL = """\
-- zh: 试验指标：当年至少走访过两日的在范围内儿童。粒度：每组一行；单位：人。依据方案 3.2.1。
-- en: Invented: children in scope with two visit days or more this year. Grain: one row per group. Unit: children. Plan 3.2.1.
select
    k.grp,
    k.village_id,
    k.class_no,
    count(v.child_id) as in_scope,
    count(case when v.visit_days >= 2 then 1 end) as visited_twice
from group_keys as k
left join grouped_children as g
    on g.grp = k.grp and g.village_id = k.village_id and g.class_no = k.class_no and g.is_in_scope
left join child_visits as v on v.child_id = g.child_id
group by k.grp, k.village_id, k.class_no
"""
_ENTRY = """\
place = 120
title = { zh = "第二次走访", en = "Second visits" }
columns = "in_scope visited_twice"
groups = "town village class village_class"

[lists]
children = "in_scope visited_twice"
history = "visited_twice"
review = "visited_twice"
load = "visited_twice"
report = "visited_twice"

[export]
place = 12
pages = "visits"
report_table = "work"

[figures.in_scope]
title = { zh = "试验范围内的儿童", en = "Children in the trial" }
rows = "children"
where = "is_in_scope"

[figures.visited_twice]
title = { zh = "走访过两日的儿童", en = "Children visited twice" }
short = { zh = "走访两日", en = "Twice" }
rows = "children"
where = "is_in_scope and visit_days >= 2"

[shares.second_visit_share]
title = { zh = "两日走访率", en = "Visited twice" }
parts = "visited_twice in_scope"

[unmet]
"visit_days >= 2" = { zh = "还没有走访过两日", en = "Fewer than two visit days" }
"""


def forget():
    """Empty what was read from the SQL files and the entries beside them."""
    for module in (compose, registry, query):
        for function in vars(module).values():
            if hasattr(function, "cache_clear") and function.__module__ == module.__name__:
                function.cache_clear()


@pytest.fixture
def new_figure(tmp_path_factory, monkeypatch):
    """The metric beside the program's own; its name."""
    folder = tmp_path_factory.mktemp("sql") / "metrics"
    shutil.copytree(compose.METRICS, folder)
    (folder / f"{NAME}.sql").write_text(_SQL, encoding="utf-8")
    (folder / f"{NAME}.toml").write_text(_ENTRY, encoding="utf-8")
    monkeypatch.setattr(compose, "METRICS", folder)
    forget()
    yield NAME
    monkeypatch.undo()
    forget()
