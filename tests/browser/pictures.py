"""The manuals' pictures (the first is the README's too), taken of the demo town in Chromium while their tasks are walked through.

Run: make pictures
"""

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.manual_tasks import FIRST_START, TASKS
from tests.browser.manual_walk import HEIGHT, WIDTH, Walk
from tests.browser.server import FLAGS, load_demo, prepare_for_walks, serving
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "pictures"
COLOURS = 128  # of a picture: pages have few, and a third of the bytes is enough for them


def show_first_start(home: Path, browser) -> None:
    """Take the picture of the address of a home without accounts."""
    home.mkdir()
    (home / "sign-in.txt").touch()  # where the demo's password lies
    ((picture,),) = (names.values() for names in FIRST_START.values())
    with serving(home) as (address, _password):
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN")
        page.goto(address)
        page.screenshot(path=FOLDER / f"{picture}.png")


def main() -> None:
    """Write docs/pictures anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        home = Path(name) / "demo"
        load_demo(home)
        prepare_for_walks(home)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with serving(home) as served:
            for role, tasks in TASKS.items():
                for task in tasks.values():
                    task(Walk(browser, served, role, FOLDER))
        show_first_start(Path(name) / "empty", browser)
    for path in FOLDER.glob("*.png"):
        Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
