"""The README's picture, taken of the demo town in Chromium.

Run: make pictures
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.serving import FLAGS, load_demo, serving
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "pictures"


def main() -> None:
    """Write docs/pictures/overview.png."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "demo"
        load_demo(home)
        with serving(home) as (address, password), sync_playwright() as playwright:
            page = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS).new_page(
                viewport={"width": 1280, "height": 1330}, locale="zh-CN"
            )
            page.goto(address)
            page.fill("input[name=name]", "centre")
            page.fill("input[name=password]", password)
            page.click("button[type=submit]")
            page.wait_for_selector(".js-plotly-plot .choroplethlayer path")
            page.wait_for_timeout(2500)
            page.screenshot(path=FOLDER / "overview.png")


if __name__ == "__main__":
    main()
