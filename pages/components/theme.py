"""The look of every page: colours on light and dark ground, the style sheet, and Streamlit's own English in the reader's language.

Streamlit's menu is off, so its theme follows the browser's colour scheme, and so does this sheet. Each colour keeps a contrast
of 4.5 with its ground; tests/browser/test_accessibility.py measures it.
"""

from __future__ import annotations

import json

from locales import _, language
from pages.access import A_YEAR, LANGUAGE_COOKIE
from pages.charts import plotly_charts
from pages.components import printing
from pages.text import statuses

_LIGHT = {code: status.colour for code, status in statuses.STATUSES.items()} | {"accent": plotly_charts.ACCENT}
_DARK = {code: status.colour_on_dark for code, status in statuses.STATUSES.items()} | {"accent": "#6aaef0"}
_UPLOAD = '[data-testid="stFileUploaderDropzone"]'
_TOOLTIP = '[data-testid="stTooltipContent"] p'


def style_sheet() -> str:
    """Return the <style> of a page in the reader's language."""
    return f"<style>{_colours()}{_SHEET}{_streamlit_words()}{printing.SHEET}{_colours_on_paper()}</style>"


def page_script() -> str:
    """Return the script of every page.

    It tells browsers and screen readers the page's language (Streamlit's own page says English always), keeps the reader's choice
    for the next visit, and lets charts be printed.
    """
    cookie = f"{LANGUAGE_COOKIE}={language()}; path=/; max-age={A_YEAR}; samesite=lax"
    return (
        f"<script>document.documentElement.lang={json.dumps(language().replace('_', '-'))};"
        f"document.cookie={json.dumps(cookie)}+(location.protocol==='https:'?'; secure':'');{printing.SCRIPT}</script>"
    )


def _colours() -> str:
    """Return the colours as variables for both grounds. Charts hold light ones in their figures, so dark ground exchanges them."""
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in colours.items()) for colours in (_LIGHT, _DARK))
    marks = "".join(
        f".is-{code}{{color:var(--{code})}}.card.is-{code}{{color:inherit;border-left-color:var(--{code})}}" for code in statuses.STATUSES
    )
    return (
        f":root{{{light};--quiet:#4b5563;--on-accent:#fff;--ground:#fff}}"
        f"@media(prefers-color-scheme:dark){{:root{{{dark};--quiet:#b4bdca;--on-accent:#0d1420;--ground:#12171f}}{_charts_on_dark()}}}{marks}"
    )


def _colours_on_paper() -> str:
    """Return the colours of white paper, whatever ground the reader's screen has."""
    marks = "".join(
        f".stApp .is-{code}{{color:{_LIGHT[code]}!important}}.stApp .card.is-{code}{{color:#111!important}}" for code in statuses.STATUSES
    )
    root = ";".join(f"--{name}:{colour}" for name, colour in _LIGHT.items())
    return f"@media print{{:root{{{root};--quiet:#4b5563}}{marks}}}"


def _charts_on_dark() -> str:
    """Return rules for bars, lines and labels of charts on dark ground."""
    rules = ""
    for name, colour in _LIGHT.items():
        rgb = "rgb({}, {}, {})".format(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))
        rules += "".join(f'.js-plotly-plot [style*="{kind}: {rgb}"]{{{kind}:var(--{name})!important}}' for kind in ("fill", "stroke"))
    return rules


def _streamlit_words() -> str:
    """Return rules that replace Streamlit's words: it has no catalogue, so its text is hidden and ours is put in its place."""
    replacements = {
        f'{_UPLOAD} [data-testid="stBaseButton-secondary"] [data-testid="stMarkdownContainer"]': _("选择文件"),
        f'{_UPLOAD} [data-testid="stFileUploaderDropzoneInstructions"]>div': _("也可以把文件拖到这里"),
    }
    after = "::after{{content:{text};font-size:.875rem}}"
    rules = [f"{place}>*{{display:none}}{place}" + after.format(text=_css(text)) for place, text in replacements.items()]
    rules += [f"{place}{{font-size:0}}{place}" + after.format(text=_css(text)) for place, text in _texts().items()]
    buttons = {"Fullscreen": _("全屏"), "Close fullscreen": _("退出全屏")}
    rules += [f'.modebar-btn[data-title="{name}"]:hover::after{{content:{_css(text)}!important}}' for name, text in buttons.items()]
    return "".join(rules)


def _texts() -> dict[str, str]:
    """Return the places whose text has no element of its own, with their words."""
    buttons = {"Show/hide columns": _("选择显示哪些列"), "Search": _("查找"), "Fullscreen": _("全屏"), "Close fullscreen": _("退出全屏")}
    hints = {f'body:has(button[aria-label="{name}"]:is(:hover,:focus-visible)) {_TOOLTIP}': text for name, text in buttons.items()}
    return hints | {
        '[data-testid="stSkipToContent"]': _("跳到正文"),
        f"{_UPLOAD}>input+div>span:only-child": _("放在这里"),
        "[data-empty]>[role=option]>span": _("没有相符的"),
        ".gdg-search-status>label": _("输入要找的文字"),
        'body:has([data-testid="stFileChip"][aria-invalid=true]:hover) [data-testid="stTooltipErrorContent"] p': _(
            "没有收下：格式不收、文件太大或连接断了"
        ),
    }


def _css(text: str) -> str:
    """Return a CSS string."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\3c ")


_SHEET = """
.lead{font-size:1.15rem;line-height:1.8;margin:0 0 .5rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(148px,1fr));gap:12px}
.card{border:1px solid rgba(128,128,128,.28);border-left-width:5px;border-radius:6px;padding:10px 14px}
.card .name{font-size:.95rem}.card .value{font-size:1.75rem;font-weight:600;line-height:1.35}
.card .parts{font-size:1rem;font-weight:400;opacity:.75}.card .state{font-weight:600}
.cards:has(>:nth-child(5)) .card{padding:8px 10px}.cards:has(>:nth-child(5)) .name{font-size:.85rem}
.cards:has(>:nth-child(5)) .value{font-size:1.35rem}.cards:has(>:nth-child(5)) .parts{font-size:.9rem}
.quiet{font-size:.85rem;opacity:.75}
.card{position:relative}.card .name{padding-right:1.5rem}
.why>summary{position:absolute;top:8px;right:8px;width:1.3rem;line-height:1.2rem;list-style:none;text-align:center;cursor:pointer}
.why>summary{border:1px solid var(--quiet);border-radius:50%;font-size:.8rem;color:var(--quiet)}
.why>summary::-webkit-details-marker{display:none}
.why>div{position:absolute;z-index:5;top:2.3rem;left:6px;right:6px;padding:8px 10px;background:var(--ground);border:1px solid var(--quiet);border-radius:6px;font-size:.9rem;line-height:1.6}
.stHtml h2{font-size:1.05rem;font-weight:600;line-height:1.6;letter-spacing:0;margin:.6rem 0 0;padding:0}
.stHtml h2+div{opacity:.75;font-size:.9rem}
img.taken{width:100%;max-width:800px;height:auto;border:1px solid rgba(128,128,128,.28)}
.steps{display:flex;flex-wrap:wrap;gap:4px 14px;font-size:.85rem}
.steps i{display:inline-block;width:14px;height:14px;border:1px solid #999;margin-right:4px;vertical-align:-2px}
table.plain{border-collapse:collapse;width:100%;font-size:.95rem}
table.plain th,table.plain td{padding:5px 8px;border-bottom:1px solid rgba(128,128,128,.25);text-align:left}
table.plain td.s,table.plain td.n,table.plain th{white-space:nowrap}table.plain td.n,table.plain th.n{text-align:right}
table.plain td{min-width:9em}table.plain td.s,table.plain td.n{min-width:0}
ul.brief,ol.brief{margin:.3rem 0 .6rem;padding-left:1.4rem}.brief li{margin:.35rem 0;line-height:1.7}
.bar{display:block;height:4px;margin-top:3px;background:rgba(128,128,128,.25)}.bar i{display:block;height:100%;background:var(--accent)}
figure{margin:.6rem 0 1.2rem}figure img{width:100%;border:1px solid rgba(128,128,128,.28);border-radius:6px}
.stSpinner{position:fixed;top:4rem;right:1.2rem;z-index:99;min-width:15rem;padding:.35rem .9rem;border-radius:6px;background:var(--ground);border:1px solid var(--accent)}
.scroll{overflow-x:auto}.stHtml a{color:var(--accent)}
.stHtml a.fig{color:inherit;text-decoration:underline;text-decoration-style:dotted;text-underline-offset:3px}
.stHtml a.fig:hover,.stHtml a.fig:focus{color:var(--accent);text-decoration-style:solid}
.stApp button:focus-visible,.stHtml a:focus-visible,.why>summary:focus-visible,.scroll:focus-visible,.js-plotly-plot a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.js-plotly-plot text a{fill:var(--accent)!important}
.js-plotly-plot :is(.xtick text,.ytick text,.xtitle,.ytitle){fill:var(--quiet)!important}
.js-plotly-plot .annotation-text:not([style*="rgb(11, 92, 173)"]){fill:var(--quiet)!important}
.stApp [data-testid="stCaptionContainer"],.stApp [data-testid="stCaptionContainer"] p{color:var(--quiet);opacity:1}
[data-testid="stBaseButton-primary"] p,[data-testid="stBaseButton-primaryFormSubmit"] p{color:var(--on-accent)}
.stElementContainer:has(>.stHtml>script:only-child){display:none}
[data-testid="stSidebarHeader"]{height:2.6rem;margin-bottom:0}[data-testid="stSidebarUserContent"]{padding-top:.6rem}
[data-testid="stNavSectionHeader"]{margin:.3rem 0 0}[data-testid="stSidebarNavLink"]{height:1.55rem;margin:1px 0}
[data-testid="stMainBlockContainer"]{padding-top:3.2rem;max-width:1280px}
@media(max-width:640px){[data-testid="stMainBlockContainer"]{padding-left:1rem;padding-right:1rem}h1{font-size:1.6rem!important}}
"""
