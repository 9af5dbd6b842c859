"""The look of every page: colours on light and dark ground, the style sheet, and Streamlit's own English in the reader's language.

Streamlit's menu is off, so its theme follows the browser's colour scheme, and so does this sheet. Each colour keeps a contrast
of 4.5 with its ground; tests/browser/test_accessibility.py measures it.
"""

import html
import json
from pathlib import Path

import streamlit as st

from locales import _, language
from pages.access import A_YEAR, LANGUAGE_COOKIE
from pages.charts import plotly_charts
from pages.text import labels, statuses

_BESIDE = [{f"line-{at}": colour for at, colour in enumerate(colours, 2)} for colours in zip(*plotly_charts.BESIDE.items(), strict=True)]
_LIGHT = {code: status.colour for code, status in statuses.STATUSES.items()} | {"accent": plotly_charts.ACCENT} | _BESIDE[0]
_DARK = {code: status.colour_on_dark for code, status in statuses.STATUSES.items()} | {"accent": "#6aaef0"} | _BESIDE[1]
_SHEET = Path(__file__).with_name("theme.css").read_text(encoding="utf-8")
# On paper; the script lets the sheet scale plotly drawings, whose points are fixed.
_PRINT_SHEET = Path(__file__).with_name("printing.css").read_text(encoding="utf-8")
_PRINT_SCRIPT = Path(__file__).with_name("printing.js").read_text(encoding="utf-8")
_BROWSER_SCRIPT = Path(__file__).with_name("browser.js").read_text(encoding="utf-8")


def style_sheet() -> str:
    """Return the <style> of a page in the reader's language."""
    return f"<style>{_colours()}{_SHEET}{_streamlit_words()}{_PRINT_SHEET}{_colours_on_paper()}</style>"


def print_mark(mark: str) -> str:
    """Return the <style> that puts a mark on top of every sheet of a printed page; older browsers put it on the first alone."""
    text = json.dumps(mark, ensure_ascii=False).replace("<", "\\3c ")
    first = f'[data-testid="stMainBlockContainer"]::before{{content:{text};display:block;font-size:8pt}}'
    return (
        f"<style>@page{{@top-left{{content:{text};font-size:8pt}}}}@page:first{{@top-left{{content:none}}}}@media print{{{first}}}</style>"
    )


def page_script() -> str:
    """Return the script of every page.

    It tells browsers and screen readers the page's language (Streamlit's own page says English always), keeps the reader's choice
    for the next visit, lets charts be printed, and does what browser.js says.
    """
    cookie = f"{LANGUAGE_COOKIE}={language()}; path=/; max-age={A_YEAR}; samesite=lax"
    return (
        f"<script>document.documentElement.lang={json.dumps(language().replace('_', '-'))};"
        f"document.cookie={json.dumps(cookie)}+(location.protocol==='https:'?'; secure':'');{_PRINT_SCRIPT}{_BROWSER_SCRIPT}</script>"
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
    """Return the words that theme.css puts in the place of Streamlit's, as variables."""
    texts = {code: json.dumps(text, ensure_ascii=False).replace("<", "\\3c ") for code, text in labels.words("streamlit").items()}
    return f":root{{{';'.join(f'--{name}:{text}' for name, text in texts.items())}}}"
