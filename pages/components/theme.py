"""The look of every page: colours on light and dark ground, the style sheet, and Streamlit's own English in the reader's language.

Streamlit's menu is off, so its theme follows the browser's colour scheme, and so does this sheet. Each colour keeps a contrast
of 4.5 with its ground; tests/browser/test_accessibility.py measures it.
"""

from __future__ import annotations

import html
import json
from pathlib import Path

import streamlit as st

from locales import _, language
from pages.access import A_YEAR, LANGUAGE_COOKIE
from pages.charts import plotly_charts
from pages.text import statuses

_LIGHT = {code: status.colour for code, status in statuses.STATUSES.items()} | {"accent": plotly_charts.ACCENT}
_DARK = {code: status.colour_on_dark for code, status in statuses.STATUSES.items()} | {"accent": "#6aaef0"}
_UPLOAD = '[data-testid="stFileUploaderDropzone"]'
_SHEET = Path(__file__).with_name("theme.css").read_text(encoding="utf-8")
# On paper; the script lets the sheet scale plotly drawings, whose points are fixed.
_PRINT_SHEET = Path(__file__).with_name("printing.css").read_text(encoding="utf-8")
_PRINT_SCRIPT = Path(__file__).with_name("printing.js").read_text(encoding="utf-8")
_TOOLTIP = '[data-testid="stTooltipContent"] p'


def style_sheet() -> str:
    """Return the <style> of a page in the reader's language."""
    return f"<style>{_colours()}{_SHEET}{_streamlit_words()}{_PRINT_SHEET}{_colours_on_paper()}</style>"


def page_script() -> str:
    """Return the script of every page.

    It tells browsers and screen readers the page's language (Streamlit's own page says English always), keeps the reader's choice
    for the next visit, and lets charts be printed.
    """
    cookie = f"{LANGUAGE_COOKIE}={language()}; path=/; max-age={A_YEAR}; samesite=lax"
    return (
        f"<script>document.documentElement.lang={json.dumps(language().replace('_', '-'))};"
        f"document.cookie={json.dumps(cookie)}+(location.protocol==='https:'?'; secure':'');{_PRINT_SCRIPT}</script>"
    )


def print_button() -> None:
    """Show the button that prints the page."""
    label = html.escape(_("打印这一页"))  # outside the f-string, where the extractor of messages sees it
    markup = f'<button class="print off-paper" type="button">{label}</button><script>{_PRINT_SCRIPT}</script>'
    st.html(markup, unsafe_allow_javascript=True)


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
    return json.dumps(text, ensure_ascii=False).replace("<", "\\3c ")
