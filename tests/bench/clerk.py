"""A clerk who only reads the screen: from an empty folder to a town with its own ledgers, and on to a second computer by one file.

Each stage is one task as the manuals have it, walked in Chromium without a terminal after the start; printed are its seconds and clicks.

Run: python -m tests.bench.clerk [--pictures FOLDER] (exit code 1 where a stage does not come to its end)
"""

import argparse
import io
import re
import tempfile
import time
import zipfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.manual_walk import Walk
from tests.browser.server import FLAGS, serving
from tests.browser.visit import Visit
from tests.conftest import run

PASSWORD, PASSPHRASE = "竹筏靠渡口 芦花起晚风 远处有钟声", "青石板上落满了槐花，燕子回来了"
COUNT = "addEventListener('click', event => { if (event.isTrusted) window.noteClick() }, true)"


class Clerk(Walk):
    """The clerk's tab on a server, with the clicks so far; the picture of each stage's end goes into a folder, where there is one."""

    def __init__(self, browser, address, folder):
        self.address, self.folder, self.clicks, self.role, self.taken = address, folder, 0, "clerk", []
        self.page, self.asked, self.errors = self._new_tab(browser)
        self.page.expose_function("noteClick", self._note_click)
        self.page.add_init_script(COUNT)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.context.set_default_timeout(150_000)

    def _note_click(self):
        self.clicks += 1

    def sign_in(self, name, password):
        """Sign in, giving a new password where the first one is somebody else's."""
        self.page.context.clear_cookies()
        self.page.goto(self.address)
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_load_state()
        if self.page.locator("input[name=new]").count():
            self.page.fill("input[name=old]", password)
            self.page.fill("input[name=new]", PASSWORD)
            self.page.fill("input[name=again]", PASSWORD)
            self.page.click("form >> nth=0 >> button[type=submit]")
            self.page.get_by_role("link", name="进入看板").click()
        self.settle()

    def set_up(self):
        """Make the first administrator's account."""
        self.page.goto(self.address)
        self.page.fill("input[name=name]", "李管理")
        self.page.fill("input[name=new]", PASSWORD)
        self.page.fill("input[name=again]", PASSWORD)
        self.page.click("button[type=submit]")
        self.settle()
        self.says("按顺序做完下面几步")

    def add_account(self, name, role):
        """Add an account; return its first password."""
        self.go("账号与权限")
        self.page.get_by_label("账号名（本人姓名或工号）").fill(name)
        self.choose("角色", role)
        self.press("新增")
        self.says(f"账号“{name}”的初始密码")
        return self.page.locator("[data-testid=stCode]").first.inner_text().strip()

    def choose(self, label, value):
        """Choose from a list."""
        box = self.page.get_by_role("combobox", name=re.compile(label)).first
        box.click()
        self.page.get_by_role("option", name=value, exact=True).click()
        self.settle()

    def load(self, ledgers):
        """Hand in the register and the ledgers, look at what would change, publish."""
        self.go("载入台账")
        self.page.locator("[data-testid=stFileUploader]").wait_for()
        self.page.set_input_files("input[type=file]", [*ledgers.glob("*.*")])
        self.settle()
        self.press("开始检查")
        self.look_and_publish()

    def publish_what_is_tried(self):
        """Go where the effect of a trial is shown, publish it."""
        self.go("载入台账")
        self.look_and_publish()

    def look_and_publish(self):
        """Wait for what would change, publish."""
        self.says("各类台账的行")
        self.publish()
        self.says(re.compile("已发布：版本"))

    def change_a_target(self):
        """Lower a goal, see what that does, publish."""
        self.go("设定")
        self.page.get_by_text(re.compile(r"^2025 年的目标（")).click()
        target = self.page.get_by_label("目标（%）").nth(-1)
        target.fill("80")
        target.press("Tab")
        self.press("试算，看会改变什么")
        self.says(re.compile("正在按新的设定试算"))
        self.publish_what_is_tried()

    def add_a_village(self):
        """Paste a village, see what that would do, publish."""
        self.go("村庄与名册")
        self.page.get_by_role("tab", name="粘贴").click()
        self.page.get_by_label("粘贴名册").fill("区划代码\t名称\n659902103299\t双河村")
        self.press("看每一行会怎样")
        self.says(re.compile("新增，从"))
        self.press("试算，看会改变什么")
        self.says(re.compile("正在试算"))
        self.publish_what_is_tried()

    def remind(self):
        """See who has not handed in, fetch the reminder."""
        self.go("报送进度")
        content, _name = self.fetched("下载提醒（Word）")
        assert zipfile.is_zipfile(io.BytesIO(content))

    def back_up(self):
        """Make a backup with the key in it; return the file."""
        self.go("备份和恢复")
        form = self.page.locator("[data-testid=stForm]").first
        form.get_by_label(re.compile("备份口令")).fill(PASSPHRASE)
        form.get_by_label("再输一次").fill(PASSPHRASE)
        form.get_by_text(re.compile("把打开姓名的密钥也放进去")).click()
        self.press("开始备份")
        self.says("已备份，并读回来核对过")
        return self.fetched("下载")[0]

    def bring_back(self, content):
        """Restore the whole town from the file."""
        self.go("备份和恢复")
        self.page.set_input_files(
            "input[type=file]", files=[{"name": "town.tongxing", "mimeType": "application/octet-stream", "buffer": content}]
        )
        self.page.get_by_role("button", name="看里面有什么").wait_for()
        self.settle()
        self.page.get_by_label(re.compile("备份口令")).last.fill(PASSPHRASE)
        self.press("看里面有什么")
        self.page.get_by_text("我看过了").click()
        self.settle()
        self.page.get_by_role("button", name="恢复", exact=True).click()
        self.page.wait_for_function(
            "() => !document.body.innerText.includes('退出登录')", timeout=120_000
        )  # the session was of the home before


def figures(clerk):
    """What the overview says."""
    clerk.go("总览")
    return clerk.page.locator(".lead").first.inner_text()


def main() -> int:
    """Walk, print, say whether all was reached."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=Path)
    folder = parser.parse_args().pictures
    times = []

    def stage(clerk, title, walk):
        began, clicks = time.monotonic(), clerk.clicks
        try:
            result = walk()
        except Exception:
            clerk.page.screenshot(path=(folder or root) / "failed.png")
            raise
        times.append((title, time.monotonic() - began, clerk.clicks - clicks))
        print(f"{times[-1][1]:6.1f} s {times[-1][2]:4} clicks  {title}", flush=True)
        clerk.picture(f"{len(times):02}")
        return result

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        root = Path(place)
        run(root, "etl", "demo", root / "ledgers", "--villages", "3", "--children", "40")
        first, second = root / "first", root / "second"
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with serving(first) as (address, _none):
            clerk = Clerk(browser, address, folder)
            stage(clerk, "set up", clerk.set_up)
            password = stage(clerk, "an account for the centre", lambda: clerk.add_account("王中心", "未成年人救助保护中心"))
            stage(clerk, "sign in as the centre", lambda: clerk.sign_in("王中心", password))
            stage(clerk, "the town's own ledgers", lambda: clerk.load(root / "ledgers"))
            stage(clerk, "a target", clerk.change_a_target)
            stage(clerk, "a village", clerk.add_a_village)
            stage(clerk, "reminders", clerk.remind)
            before = figures(clerk)
            stage(clerk, "sign in as administrator", lambda: clerk.sign_in("李管理", PASSWORD))
            content = stage(clerk, "backup", clerk.back_up)
            clerk.page.goto("about:blank")  # an open page can keep the server from ending
        with serving(second) as (address, _none):
            clerk = Clerk(browser, address, folder)
            stage(clerk, "set up the second computer", clerk.set_up)
            stage(clerk, "restore", lambda: clerk.bring_back(content))
            stage(clerk, "sign in there as the centre", lambda: clerk.sign_in("王中心", PASSWORD))
            assert figures(clerk) == before
        browser.close()
    Visit.forget()
    print(f"{sum(each[1] for each in times):6.1f} s {sum(each[2] for each in times):4} clicks  all")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
