"""What decides a sample as the reader chooses it; every choice is in the link, build and day too, so that the link is the sample."""

import datetime as dt
import re
import secrets
from functools import partial

import streamlit as st

from locales import _
from pages.components.page_frame import View
from pages.data.queries import newest_day
from pages.site_sampling import sample
from pages.text import formatting, labels
from warehouse.builds import repository
from warehouse.storage import build_files

_KEPT = "sample_choices"  # choices outlive a look at another page, where the widgets do not


def new_seed() -> str:
    """A seed that nobody chose."""
    return f"{secrets.randbelow(10**6):06}"


def chosen(view: View) -> sample.SampleRequest | None:
    """The choices, from the link, from before, or the usual ones; None with a word to the reader where the seed cannot be one."""
    names = view.figures.village_names()
    who, size = _choice("who"), _choice("size")
    beginnings = {
        "who": who if who in sample.WHO else "in_scope",
        "size": min(max(int(size), 1), sample.MOST) if re.fullmatch(r"[0-9]{1,4}", size) else sample.SIZE,
        "seed": _choice("seed") or new_seed(),
        "villages": [code for code in _choice("villages").split() if code in names],
    }
    for key, value in beginnings.items():
        st.session_state.setdefault(key, value)
    who_at, size_at, seed_at, button_at = st.columns([3, 1.3, 2, 1.4], vertical_alignment="bottom")
    with who_at:
        who = st.selectbox(_("从哪些儿童中抽"), list(sample.WHO), key="who", format_func=partial(labels.word, "sampled_from"))
    with size_at:
        count = st.number_input(_("抽几人"), 1, sample.MOST, step=5, key="size")
    with seed_at:
        seed = st.text_input(
            _("种子"), key="seed", max_chars=32, help=_("数字或字母。到村之前定下并写进通知，别人用同一个种子能抽出同样的儿童")
        )
    with button_at:
        st.button(_("换一个种子"), on_click=lambda: st.session_state.update(seed=new_seed()))
    villages: tuple[str, ...] = (view.village_id,) if view.village_id else ()
    if not villages:
        places = _("只在这些村（社区）抽")
        villages = tuple(sorted(st.multiselect(places, list(names), key="villages", format_func=names.__getitem__, placeholder=_("全部"))))
    build, day = _build(view)
    _remember({"who": who, "size": str(count), "seed": seed, "villages": " ".join(st.session_state.get("villages", [])), "build": build})
    if not sample.SEED.fullmatch(seed):
        st.warning(_("种子“{seed}”不能用：请写 1 到 32 个数字、英文字母或短横线。").format(seed=formatting.escape_markdown(seed)))
        return None
    return sample.SampleRequest(build, day, who, villages, int(count), seed)


def _build(view: View) -> tuple[str, dt.date]:
    """(build, day) that a link names, where the build is kept, with a word that it is not the newest; else the published one.

    A link without a day means the newest day of its own build: Streamlit leaves out what is as it began.
    """
    build_id = _choice("build") or view.figures.build_id
    if build_id == view.figures.build_id:
        return build_id, view.day
    if build_id not in {row["build"] for row in repository.history(build_files.home())}:
        st.warning(
            _("链接里的版本 {build} 已不再保留，抽不出当时的儿童；下面抽自现在的版本。").format(
                build=formatting.escape_markdown(build_id[:40])
            )
        )
        return view.figures.build_id, view.day
    st.warning(_("下面的清单抽自以前的版本 {build}，不是现在的版本。").format(build=build_id))
    if st.button(_("改用现在的版本")):
        _remember({"build": view.figures.build_id})
        st.rerun()
    return build_id, view.day if "as_of" in st.query_params else newest_day(repository.open_build(build_files.home(), build_id))


def _choice(name: str) -> str:
    return st.query_params.get(name) or st.session_state.get(_KEPT, {}).get(name, "")


def _remember(choices: dict[str, str]) -> None:
    st.session_state[_KEPT] = st.session_state.get(_KEPT, {}) | choices
    for name, value in choices.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
