"""The assessment pack among the exports: what it holds, the seed of its sample, a button that has one made."""

import streamlit as st

from locales import _, language
from pages.components import actor, page_frame
from pages.jobs import export_jobs, job_list
from pages.site_sampling import sample, sample_form
from pages.text import formatting
from warehouse.disclosure import release_log


def draw(view: page_frame.View, edition: str) -> None:
    """What it holds, the seed of its sample, and the button."""
    sentence = _(
        "全部统计表（截至所选的一天）、每个指标的定义和 SQL、所用设定、载入情况、每份台账的校验码、检查结果、现场抽样、收据，"
        "附一张不用联网就能看的目录页。没有儿童姓名和证件号码。"
    )
    if edition == release_log.PUBLIC:
        sentence = _("公布的统计表（截至所选的一天，少于规定人数的数隐去）、每个指标的定义和 SQL、所用设定、收据，附一张目录页。")
    st.markdown(sentence)
    st.session_state.setdefault("pack_seed", sample_form.new_seed())
    seed = st.text_input(_("抽样的种子"), key="pack_seed", max_chars=32, help=_("数字或字母。事先约定好种子，别人用它能抽出同样的儿童"))
    if not sample.SEED.fullmatch(seed):
        st.warning(formatting.escape_markdown(_("种子“{seed}”不能用：请写 1 到 32 个数字、英文字母或短横线。").format(seed=seed)))
        return
    if st.button(_("制作考核资料包"), key="pack_make", type="primary"):
        about = {"build": view.figures.build_id, "as_of": str(view.day), "edition": edition}
        job_list.do(lambda: export_jobs.start(view.user, export_jobs.PACK, about, language(), actor.address(), {"seed": seed}))
