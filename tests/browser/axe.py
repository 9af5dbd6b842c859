"""What axe-core finds on a page in Chromium that our own markup is to answer for."""

import json
from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Findings known of Streamlit itself and of plotly's charts; our own marks stand in .stHtml and are excused of nothing.
STREAMLITS = {
    "list": "its menu of pages is a list of other things than items",
    "listitem": "the same",
    "presentation-role-conflict": "its charts' empty images may take the focus",
    "svg-img-alt": "plotly's drawings; the chart around them has its text",
    "aria-allowed-attr": "its select boxes say how they pop up where that is not allowed",
    "landmark-one-main": "its main block is a section",
    "region": "the same",
    "scrollable-region-focusable": "its own scrolling panes",
    "nested-interactive": "its tables on canvas",
    "aria-valid-attr-value": "its select boxes name a list that is there only when open",
    "button-name": "our words stand in place of its own by the style sheet, which axe does not read; see the test of its name",
}


def found(page):
    """What axe-core says: rule → the places (by selector) that our own markup is to answer for."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE)
    told = json.loads(
        page.evaluate("async () => JSON.stringify((await axe.run(document, {resultTypes: ['violations'], preload: false})).violations)")
    )
    kept = {}
    for rule in told:
        nodes = [node for node in rule["nodes"] if rule["id"] not in STREAMLITS or is_ours(page, node)]
        if nodes:
            kept[rule["id"]] = [" ".join(map(str, node["target"])) + "  " + node["html"][:140] for node in nodes]
    return kept


def is_ours(page, node):
    """Whether a place lies in markup that we write."""
    return page.evaluate("target => !!document.querySelector(target)?.closest('.stHtml')", str(node["target"][0]))
