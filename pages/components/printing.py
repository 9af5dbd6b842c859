"""Printing a page: a button, what it looks like on paper (theme.py puts it into every page), and charts that fit the paper.

A plotly drawing has fixed points, so before a page is printed each drawing gets a view box by which the sheet may scale it.
"""

from __future__ import annotations

import html

import streamlit as st

from locales import _

# Assigned, not added as listeners: a page's script runs many times.
SCRIPT = """
window.onbeforeprint=()=>document.querySelectorAll('.js-plotly-plot .svg-container').forEach(box=>{
 const {width,height}=box.getBoundingClientRect();box.style.setProperty('--drawn',width+'/'+height);box.style.setProperty('--wide',width+'px');
 box.querySelectorAll('.main-svg').forEach(svg=>svg.setAttribute('viewBox',`0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`))});
window.onafterprint=()=>document.querySelectorAll('.js-plotly-plot .main-svg').forEach(svg=>svg.removeAttribute('viewBox'));
document.querySelectorAll('button.print').forEach(button=>{button.onclick=()=>window.print()});
"""

# A4 with room to punch; nothing but what is read: no menu, no buttons, no choices. Everything that scrolls on a screen flows.
# A page with an element of class one-sheet at its end prints on one page: what is there to write on makes room first.
SHEET = """
.on-paper{display:none}
button.print{font:inherit;font-size:.95rem;padding:.35rem .9rem;border:1px solid rgba(128,128,128,.5);border-radius:6px;background:none;color:inherit;cursor:pointer}
button.print:hover{border-color:var(--accent);color:var(--accent)}
@page{size:A4;margin:12mm}
@media print{
html{font-size:11.5px}
:root{color-scheme:light}
html,body,#root,.stApp,.stApp :is([data-testid="stAppViewContainer"],[data-testid="stMain"]){position:static!important;display:block!important;height:auto!important;min-height:0!important;max-height:none!important;overflow:visible!important;inset:auto!important}
html,body,.stApp,[data-testid="stMain"]{background:#fff!important}
.stApp,.stApp :is(h1,h2,h3,p,li,div,td,th,label,b){color:#111!important}
[data-testid="stMainBlockContainer"]{padding:0!important;max-width:none!important;width:100%!important}
:is([data-testid="stSidebar"],[data-testid="stHeader"],[data-testid="stToolbar"],[data-testid="stExpandSidebarButton"],[data-testid="stStatusWidget"],[data-testid="stDecoration"],[data-testid="stSkipToContent"],.modebar-container,.off-paper){display:none!important}
.stElementContainer:has(>:is(.stButton,.stDownloadButton,.stSelectbox,.stButtonGroup,.stToggle,.stCheckbox,.stRadio,.stTextInput,.stTextArea,.stNumberInput,.stDateInput,.stFileUploader,.stMultiSelect,.stSlider)),[data-testid="stForm"]{display:none!important}
.why{display:none}.card .name{padding-right:0}.on-paper{display:block}[data-testid="stMainBlockContainer"]:has(.one-sheet){max-height:272mm;overflow:hidden!important}
.to-write hr{border:0;border-bottom:1px solid #999;margin:0;height:2.2rem}
[data-testid="stHorizontalBlock"]{display:flex!important;flex-wrap:nowrap!important}[data-testid="stColumn"]{min-width:0!important}
[data-testid="stHorizontalBlock"]{break-inside:avoid}
[data-testid="stVerticalBlock"]{display:block!important}[data-testid="stVerticalBlock"]>*+*{margin-top:.5rem}
.scroll{overflow:visible!important}table.plain{font-size:.92rem}table.plain td{min-width:0}table.plain th,table.plain td{padding:2px 5px}
table.plain td.s,table.plain td.n,table.plain th{white-space:normal}
thead{display:table-header-group}tr,li,.card,.stPlotlyChart{break-inside:avoid}h1,h2,h2+div{break-after:avoid}.brief li{margin:.1rem 0;line-height:1.55}
h1{font-size:1.9rem!important;padding:0!important}
.stHtml a,.stHtml a.fig{color:#111!important;text-decoration:none}
.cards{grid-template-columns:none;grid-auto-flow:column;grid-auto-columns:1fr;gap:6px}.card{padding:5px 8px}.card .value{font-size:1.4rem}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.js-plotly-plot,.plot-container,.stPlotlyChart,.stPlotlyChart>div{width:100%!important;height:auto!important}
.js-plotly-plot .svg-container{width:min(100%,var(--wide))!important;height:auto!important;aspect-ratio:var(--drawn)}
.js-plotly-plot .main-svg{width:100%!important;height:100%!important}
}
"""


def button() -> None:
    """Show the button that prints the page; its script is the page's (theme.page_script)."""
    label = html.escape(_("打印这一页"))  # outside the f-string, where the extractor of messages sees it
    markup = f'<button class="print off-paper" type="button">{label}</button><script>{SCRIPT}</script>'
    st.html(markup, unsafe_allow_javascript=True)
