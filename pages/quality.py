"""Data quality: what is wrong in the ledgers, where, and what to do; whose eligibility has run out or soon will."""

import html
from collections import Counter

import streamlit as st

from checks.catalogue import catalogue, sentence
from locales import _, language
from pages.parts import frame, links, show, words

MOST = 200
view = frame.stand("quality")
figures = view.figures
spoken = "en" if language() == "en" else "zh"
everything = figures.rows(
    "select f.*, v.name as village from findings as f left join villages as v on v.village_id = f.village_id order by f.finding_id"
)
found = view.chosen(everything)
facts = {row["name"]: row["value"] for row in figures.rows("select name, value from build_facts")}
by_severity = Counter(row["severity"] for row in found)
failed = figures.rows("select code from rules_run where state = 'not_checked' order by code")
told = _("检查按 {day} 的情况进行，{village}共发现 {count} 条：严重 {critical} 条，需改正 {warning} 条，提示 {info} 条。")
counts = {code: by_severity.get(code, 0) for code in ("critical", "warning", "info")}
frame.heading(_("数据质量"), view, told.format(day=facts["as_of"], village=view.village, count=len(found), **counts))
if failed:
    st.warning(_("未检查的规则：{codes}。这些方面不能当作没有问题。").format(codes="、".join(row["code"] for row in failed)))

sums = figures.rows(
    "select coalesce(ledger, '-') as ledger, sum(rows_seen) as seen, sum(rows_loaded) as loaded, sum(rows_set_aside) as aside, sum(rows_not_data) as other from ledger_sheets group by 1 order by 1"
)
total = {name: int(sum(row[name] for row in sums)) for name in ("seen", "loaded", "aside", "other")}
st.caption(_("载入的台账共 {seen} 行 = 载入 {loaded} 行 + 搁置 {aside} 行 + 非数据行 {other} 行（标题、合计、说明等）").format(**total))

show.titled(_("哪些问题最多"), _("按严重程度和条数；点条数只看这些"))
LEVELS = ("critical", "warning", "info")
by_code = Counter(row["code"] for row in found)
by_level = Counter((row["severity"], row["code"]) for row in found)
first = {row["code"]: row for row in reversed(found)}
example = {(row["severity"], row["code"]): row for row in reversed(found)}
levels = sorted(by_level, key=lambda pair: (LEVELS.index(pair[0]), -by_level[pair]))
order = list(dict.fromkeys(code for _level, code in levels))
lines = [
    [
        words.severity_name(pair[0]),
        html.escape(sentence(example[pair], spoken)[0]),
        links.anchor(links.to("quality", view, severity=pair[0], code=pair[1]), str(by_level[pair]), _("只看这些")),
        catalogue()[pair[1]].plan,
    ]
    for pair in levels
]
frame.table([_("程度"), _("问题（举一例）"), _("条数"), _("方案条款")], lines, right=(2,))

show.titled(_("各村（社区）"), _("单位：条"))
per = Counter((row["village"] or "—", row["severity"]) for row in found)
names = sorted({row["village"] or "—" for row in found}, key=lambda name: (-per[name, "critical"], -per[name, "warning"]))
frame.table(
    [_("村（社区）"), _("严重"), _("需改正"), _("提示")],
    [[name, *(str(per[name, code]) for code in ("critical", "warning", "info"))] for name in names],
    right=(1, 2, 3),
)

show.titled(_("资格过期与即将到期"), _("按检查当天（{day}）计算").format(day=facts["as_of"]))
ending = [row for row in found if row["code"] in ("eligibility_expired", "eligibility_ends_soon")]
if ending:
    frame.table(
        [_("村（社区）"), _("类别"), _("情况"), _("台账位置")],
        [
            [
                row["village"] or "—",
                words.class_short(row["class_no"]),
                html.escape(sentence(row, spoken)[0]),
                f"{html.escape(row['file'] or '')} {html.escape(row['sheet'] or '')} {row['row_no'] or ''}",
            ]
            for row in ending[:MOST]
        ],
    )
else:
    st.info(_("没有过期或 90 天内到期的资格。"))

show.titled(_("逐条清单"), _("每条都有文件、工作表、行和列；姓名、号码不在这里显示"))
severity = st.segmented_control(
    _("程度"), ["critical", "warning", "info"], key="severity", format_func=words.severity_name, bind="query-params"
)
code = st.selectbox(
    _("问题"),
    ["", *order],
    key="code",
    format_func=lambda known: _("全部") if not known else f"{sentence(first[known], spoken)[0]}({by_code[known]})",
    bind="query-params",
)
picked = [row for row in found if severity in (None, row["severity"]) and code in ("", None, row["code"])]
st.caption(
    _("符合条件 {count} 条").format(count=len(picked))
    + (_("，下面显示前 {most} 条；用村（社区）、程度或问题缩小范围").format(most=MOST) if len(picked) > MOST else "")
)
shown = []
for row in picked[:MOST]:
    says, remedy = sentence(row, spoken)
    shown.append(
        {
            _("程度"): words.severity_name(row["severity"]),
            _("村（社区）"): row["village"] or "—",
            _("文件"): row["file"] or "—",
            _("工作表"): row["sheet"] or "",
            _("行"): row["row_no"],
            _("列"): row["heading"] or "",
            _("问题"): says,
            _("怎么办"): remedy,
        }
    )
if shown:
    st.dataframe(shown, hide_index=True, key="list")
else:
    st.info(_("没有符合条件的问题。"))
