"""Figures on a page: one way to put a chart or a map there, with alternative text and nothing fetched."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import streamlit as st

from locales import _
from pages.charts import plotly_charts, plotly_map
from pages.components import drilldown_links
from pages.components.page_frame import View
from pages.text.masked_count import is_hidden

_CLICKED = "map_clicked"


def chart(figure: dict, title: str, subtitle: str, spoken: str, key: str, take: str = "") -> None:
    """A chart under a title that states the finding and a subtitle that names measure, unit and day; `take` as `titled`."""
    section_heading(title, subtitle, take)
    st.plotly_chart(figure, key=key, config=plotly_charts.config(), alt=spoken)


def section_heading(title: str, subtitle: str, take: str = "") -> None:
    """The title and subtitle of a chart or table; `take` is the link by which it is taken along (links.take_chart, take_tables)."""
    taken = f'<span class="off-paper"> · {take}</span>' if take else ""
    st.html(f"<h2>{html.escape(title)}</h2><div>{html.escape(subtitle)}{taken}</div>")


def flash_message() -> None:
    """What was just done, said once. Its place is there on every run: elements below would move up when it goes, and a browser
    draws an element that has moved anew (an opened expander closes over what was typed in it).
    """
    place = st.container()
    if "told" in st.session_state:
        place.success(st.session_state.pop("told"))


def village_map(view: View, shares: dict[str, tuple[int, int]], measure: str, key: str) -> None:
    """The town's map; a click on a village chooses it for all pages and opens its sheet, where the reader may."""
    villages = view.figures.villages()
    withheld = {code for code, parts in shares.items() if is_hidden(*parts)}
    figure = plotly_map.town_map(villages, shares, measure, view.village_id, withheld)
    st.html(plotly_map.legend(shares, withheld))
    st.plotly_chart(
        figure,
        key=key,
        on_select=_chooser(key),
        selection_mode="points",
        config=plotly_charts.config(),
        alt=plotly_map.spoken(villages, shares, measure, withheld),
    )
    opens = view.may("pages", "village")
    st.caption(
        _("点一下村（社区）打开它的一页纸；颜色越深，差得越多") if opens else _("点一下村（社区）即可只看这一个；颜色越深，差得越多")
    )
    left_out = figure["data"][-1]["text"].count("")
    if left_out:
        st.caption(_("{count} 个村（社区）的名字放不下，没有标出；鼠标停在图上可以看到。").format(count=left_out))
    clicked = st.session_state.pop(_CLICKED, None)
    if clicked and opens:
        name = next(row["name"] for row in villages if row["village_id"] == clicked)
        # By its link, as every other way to a page: Streamlit's own switch refuses while choices are bound to the link.
        address = json.dumps(drilldown_links.to("village", view, village=name))
        st.html(f"<script>location.assign({address})</script>", unsafe_allow_javascript=True)


def _chooser(key: str) -> Callable[[], None]:
    """What a click on the map does."""

    def choose() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points and points[0].get("location"):
            st.session_state["village"] = st.session_state[_CLICKED] = points[0]["location"]

    return choose
