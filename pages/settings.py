"""The town's settings and goals: what holds, what it means, who changed it; what figures rest on is tried as a load before it holds."""

import streamlit as st

from locales import _, language
from pages.admin_panel import audit_log, setting_forms
from pages.components import actor, chart_blocks, drilldown_links, page_frame
from pages.jobs import job_folder, loads
from pages.text import formatting, labels, settings_text
from warehouse.builds import repository
from warehouse.settings import settings, validation
from warehouse.storage import build_files

view = page_frame.open_view("settings")
home, may_change = build_files.home(), view.may("actions", "change_settings")
job = loads.current(home)


def as_keyed(rows: list[tuple]) -> dict[tuple, tuple]:
    """Return setting rows by what they set, with value and default."""
    return {(name, item): (value, default) for _source, name, item, value, default in rows}


def different(then: dict[tuple, tuple], now: dict[tuple, tuple]) -> tuple[str, ...]:
    """Return the names of what is another in `now`, as readers see them, with both values."""
    says = []
    for key in dict.fromkeys((*then, *now)):
        values = [settings_text.value(key[0], rows.get(key, (None, None))[0]) for rows in (then, now)]
        if values[0] != values[1]:
            says.append(f"{settings_text.name({'name': key[0], 'item': key[1]})}{formatting.mark('：')}{values[0]} → {values[1]}")
    return tuple(says)


def try_out(proposal: settings.Proposal) -> None:
    """Start a load that works out everything with these settings, to be looked at on the ledgers page."""
    with page_frame.refusals(job_folder.Refused):
        loads.start(home, [], view.user.name, language(), recorder=actor.recorder(view.user), proposal=proposal)
        page_frame.flash_and_rerun(_("正在按新的设定试算；到“载入台账”页看会改变什么，再决定是否发布。"))


settings.finish(home)
try:
    now, goals_now = settings.settings(home), settings.goals(home)
except validation.WrongSetting as error:
    page_frame.heading(labels.word("pages", "settings"), view, _("本镇的设定文件有错，请先改正：{error}").format(error=error))
    st.stop()
in_build = as_keyed(repository.settings_of(repository.open_build(home, view.figures.build_id)))
in_file = as_keyed(settings.setting_rows(home))
count = sum(value != default for value, default in in_file.values())
page_frame.heading(
    labels.word("pages", "settings"),
    view,
    _("影响数字的设定 {all} 项，其中 {count} 项是本镇自己定的。").format(all=len(in_file), count=count),
)
page_frame.flash_message()
if job and (changes := job.request.get("settings")):
    st.info(_("有一组新的设定正在试算或等待发布：{changes}").format(changes=formatting.join_names(changes)))
    st.html(drilldown_links.anchor(drilldown_links.to("ledgers", view), _("到“载入台账”页看变化，决定是否发布"), _("打开“载入台账”页")))
elif drift := different(in_build, in_file):
    text = _(
        "设定文件与已发布的版本不同（有人改过文件，或版本退回过）：{changes}。下一次载入起按文件算；也可以现在就试算，或改回已发布的。"
    )
    st.warning(formatting.escape_markdown(text.format(changes=formatting.mark("；").join(drift))))
    if may_change and st.button(_("按文件试算"), key="try_file"):
        try_out(settings.Proposal(now, goals_now, drift))
    if may_change and st.button(_("文件改回已发布版本的设定"), key="take_back"):
        actor.recorder(view.user)(home, "settings_changed", {"settings": formatting.mark("；").join(drift)})
        settings.write(home, *settings.of_rows([(*key, value) for key, (value, _default) in in_build.items()], now))
        page_frame.flash_and_rerun(_("设定文件与已发布的版本一致了。"))

if may_change:
    setting_forms.begin(now, goals_now)
    chart_blocks.section_heading(_("影响数字的设定"), _("改了先试算：看过主要指标和已过的目标年怎么变，发布以后才生效，可以退回"))
    with st.form("figure_settings"):
        proposed = setting_forms.figure_settings(now)
        chart_blocks.section_heading(_("目标"), _("方案没有给数字，由镇里定；目标日之后再改，会改变已过年份的得分"))
        proposed_goals = setting_forms.goals(goals_now)
        is_tried = st.form_submit_button(_("试算，看会改变什么"), type="primary", disabled=job is not None)
    if job:
        st.caption(_("另一次载入还没有结束，结束之后再试算。"))
    if is_tried:
        with page_frame.refusals(validation.WrongSetting):
            settings.check(proposed, proposed_goals)
            rows = as_keyed(settings.rows_of(proposed, proposed_goals))
            if changes := different(in_file, rows):
                try_out(settings.Proposal(proposed, proposed_goals, changes))
            st.info(_("与现在的设定相同，没有要试算的。"))

    chart_blocks.section_heading(_("保存和使用的设定"), _("不影响数字，保存后立即生效"))
    with st.form("house_settings"):
        kept = setting_forms.house_settings(now, has_backups=view.may("actions", "back_up"))
        is_kept = st.form_submit_button(_("保存"))
    if is_kept:
        names = [name for name in now if kept[name] != now[name]]
        with page_frame.refusals(validation.WrongSetting):
            settings.check(kept, goals_now)
            if names:
                actor.recorder(view.user)(home, "settings_changed", {"settings": " ".join(names)})
                settings.write(home, kept, goals_now)
                page_frame.flash_and_rerun(_("已保存 {count} 项。").format(count=len(names)))
            st.info(_("没有改动。"))

audit_log.changes(home, "settings", _("还没有人在页面上改过设定。"))
