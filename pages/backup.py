"""Backups: make one, see which there are, try one, restore one; the recovery sheet."""

import hashlib
import html
from pathlib import Path

import streamlit as st

from locales import Refusal, _, use_language
from pages.access import rights
from pages.admin_panel import backup_jobs
from pages.components import actor, chart_blocks, page_frame, record_columns, tables
from pages.jobs import job_list
from pages.text import formatting
from warehouse.audit import trail
from warehouse.backup import archive, contents, recovery_code, restore
from warehouse.settings import settings
from warehouse.storage import atomic_write, build_files, format_versions, keys

LARGEST = 500 * 2**20  # bytes of a backup that the page hands out
user, home = page_frame.require_page("backup"), build_files.home()


@st.fragment(run_every=1.0)
def job_at_work() -> None:
    """Show how far the job has come; once it has ended the page is drawn again."""
    use_language(st.session_state["lang"])
    page_frame.require_page("backup")
    job = backup_jobs.current(home)
    if job is None or not job.is_at_work:
        st.rerun()
    st.progress(job_list.share(job), _("正在进行，可以离开这一页："))


def job_result() -> None:
    """Show what became of the last job, until it is dismissed."""
    job = backup_jobs.current(home)
    if job is None:
        return
    if job.is_at_work:
        return job_at_work()
    says = {"backup": _("已备份，并读回来核对过。"), "restore": _("已恢复，请核对数据和账号。")}[job.request["words"][0]]
    if job.state == "ready":
        st.success(_("试恢复成功：能完整恢复。") if "--test" in job.request["words"] else says)
    else:
        st.error(formatting.escape_markdown(job.progress.get("says") or _("没有做成，原来的数据不变。请重试；仍不行请联系维护人员。")))
    if st.button(_("知道了"), key="dismiss"):
        backup_jobs.dismiss(home)
        st.rerun()


def secret_fields(key: str, is_new: bool) -> dict[str, str]:
    """Ask for the passphrase unless the settings name a key file; return the variables that the job is given. Raises archive.NoSecret."""
    if key_file := str(settings.kept(home)["backup_key_file"]):
        st.caption(_("用设置里的密钥文件：{file}").format(file=formatting.escape_markdown(key_file)))
        return {}
    first = st.text_input(_("备份口令（至少 {count} 个字）").format(count=archive.SHORTEST), type="password", key=f"{key}_secret")
    again = st.text_input(_("再输一次"), type="password", key=f"{key}_again") if is_new else first
    return {archive.PASSPHRASE: first, "again": again}


def variables(typed: dict[str, str]) -> dict[str, str]:
    """Return what was typed as a job takes it. Raises archive.NoSecret for two that differ, or a short one."""
    if typed and typed.pop("again") != typed[archive.PASSPHRASE]:
        raise archive.NoSecret(_("两次输入的口令不同。"))
    if typed:
        archive.secret_of(typed[archive.PASSPHRASE])
    return typed


def make() -> None:
    """Offer to make one."""
    folder = archive.folder_of(home)
    chart_blocks.section_heading(_("现在备份"), _("放到 {folder}").format(folder=folder))
    if folder.parent == home:
        st.warning(_("备份与数据在同一块盘上：请在“设定”页填另一块盘上的文件夹，或做好后下载到移动硬盘。"))
    count = st.session_state.get("backups_begun", "")  # a form of their own each: what is refused keeps what was typed and chosen
    with st.form("make"):
        typed = secret_fields(f"make{count}", is_new=True)
        has_key = st.checkbox(_("把打开姓名的密钥也放进去：这个文件就能在新电脑上恢复整个镇，要特别保管"), key=f"make{count}_key")
        if st.form_submit_button(_("开始备份"), type="primary"):
            with page_frame.refusals(Refusal):
                words, about = ["backup", *(["--with-key"] if has_key else [])], {"with_key": "yes" if has_key else "no"}
                backup_jobs.start(home, words, actor.recorder(user), about, variables(typed), user.name)
                st.session_state["backups_begun"] = int(count or 0) + 1
                st.rerun()


def backups() -> list[Path]:
    """Show those that this home has made, and return all that may be restored: those of its folder, and one that was uploaded."""
    rows = archive.kept(home)
    chart_blocks.section_heading(_("已有的备份"), _("做完都读回来核对过；试恢复是在旁边真的恢复一次，看完就删"))
    cells = {
        "file": lambda row: html.escape(str(row["path"])),
        "at": lambda row: formatting.moment(row["at"]),
        "size": lambda row: f"{row['size'] / 2**20:,.1f} MB",
        "key": lambda row: _("在里面") if row["has_key"] else "—",
        "tested": lambda row: formatting.moment(row["tested_at"]) if row["tested_at"] else "—",
    }
    if rows:
        tables.rows_table(rows, record_columns.listed("lists", "backups", **cells))
    else:
        st.info(_("还没有。"))
    folder = archive.folder_of(home)
    others = sorted(folder.glob("*.tongxing"), reverse=True) if folder.is_dir() else []
    return list(dict.fromkeys([row["path"] for row in rows] + others))


def bring_back(paths: list[Path]) -> None:
    """Offer to look into a backup, try it, fetch it, or put it in the place of the present data."""
    chart_blocks.section_heading(_("查看、试恢复、恢复"), _("先看里面有什么、现在的数据会失去什么，再决定"))
    uploaded = st.file_uploader(_("上传一份备份（64 MB 以内；更大的请放进备份文件夹）"), type="tongxing", key="uploaded")
    if uploaded:
        content = uploaded.getvalue()  # named by what it holds: it stays the same file at each click, and is no other tab's
        path = home / format_versions.BACKUPS / f"uploaded-{hashlib.sha256(content).hexdigest()[:16]}.tongxing"
        with page_frame.refusals():
            if not path.exists():
                path.parent.mkdir(exist_ok=True, mode=0o700)
                for former in path.parent.glob("uploaded*.tongxing"):
                    former.unlink()
                atomic_write.write_bytes(path, content)
            paths = [path, *(other for other in paths if other != path)]
    if not paths:
        return
    path = st.selectbox(_("哪一份"), paths, format_func=lambda path: path.name, key="chosen")
    with st.form("look", border=False):
        typed = secret_fields("restore", is_new=False)
        code = st.text_input(_("恢复码（备份里没有密钥、这里也没有时才要）"), type="password", key="code").strip()
        with st.container(horizontal=True):
            is_look, is_trial = st.form_submit_button(_("看里面有什么"), key="look_in"), st.form_submit_button(_("试恢复"), key="trial")
    if rights.may(user, "exports", "backup_file") and path.exists() and path.stat().st_size <= LARGEST:
        actor.download(user, "backup_file", _("下载"), lambda: fetched(path), path.name, "application/octet-stream", "get", is_first=False)
    secrets = {recovery_code.VARIABLE: code} if code else {}
    state = (path, path.stat().st_mtime_ns if path.exists() else 0)
    with page_frame.refusals(Refusal):
        if is_look:
            manifest = contents.read(path, archive.secret_of(typed[archive.PASSPHRASE]) if typed else archive.secret_in(home) or b"")
            st.session_state["preview"] = (state, restore.summary(manifest), restore.losses(home, manifest))
        if is_trial:
            backup_jobs.start(home, ["restore", str(path), "--test"], None, {}, variables(typed) | secrets, user.name)
            st.rerun()
        if st.session_state.get("preview", (None,))[0] == state:
            confirm(path, typed, secrets)


def confirm(path: Path, typed: dict[str, str], secrets: dict[str, str]) -> None:
    """Show what was found in a backup and what would be lost, and offer to restore it. Raises Refusal."""
    _state, holds, lost = st.session_state["preview"]
    st.text("\n".join(holds))
    for line in lost:
        st.warning(formatting.escape_markdown(line))
    is_sure = st.checkbox(_("我看过了：用它换掉现在的数据，所有人要重新登录（原来的留一份在旁边）"), key="sure")
    if st.button(_("恢复"), key="restore", disabled=not is_sure, type="primary"):
        about = {"file": path.name}
        backup_jobs.start(home, ["restore", str(path)], actor.recorder(user), about, variables(typed) | secrets, user.name)
        st.rerun()


def fetched(path: Path) -> bytes:
    """Return a backup, recorded first."""
    actor.recorder(user)(home, "export", {"form": "backup_file", "file": path.name})
    return path.read_bytes()


def recovery_sheet() -> None:
    """Offer the key to the names to be printed, recorded first."""
    chart_blocks.section_heading(_("恢复单"), _("打开姓名的密钥。打印或抄下，锁好，与备份分开放；更换密钥之后要重新打印"))
    printed = [entry["act"] for entry in trail.entries(home) if entry["act"] in ("recovery_code", "key_rotated")]
    if printed[-1:] != ["recovery_code"]:
        st.warning(_("还没有打印过现在这把密钥的恢复单：没有它，备份里的姓名在别的电脑上打不开。"))
    if st.button(_("显示恢复码（会留下记录）"), key="sheet"):
        with page_frame.refusals(Refusal):
            text = recovery_code.printed(keys.secret_of(home))
            actor.recorder(user)(home, "recovery_code", {})
            st.code(text, language=None, wrap_lines=True)


st.title(_("备份和恢复"), anchor=False)
warning, rows = archive.warning(home), archive.kept(home)
page_frame.lead(_("最近一份备份：{at}，已核对。").format(at=formatting.moment(rows[0]["at"])) if rows else _("还没有备份。"))
if warning:
    st.warning(formatting.escape_markdown(warning))
job_result()
if rights.may(user, "actions", "back_up"):
    make()
files = backups()
if rights.may(user, "actions", "restore"):
    bring_back(files)
    recovery_sheet()
