"""Every writer of the program on a disk that fills up: as before or as after, nothing in clear left, all that could be read still reads."""

import datetime as dt
import hashlib
import os
import shutil
from contextlib import closing
from dataclasses import replace

import duckdb
import pytest
from argon2 import PasswordHasher

from etl import load_report, progress
from etl.deidentification import deidentify
from etl.forms import answer_file, forms, heading_aliases, layouts
from etl.load import load
from locales import Refusal
from pages.access.accounts import accounts, attempts, sessions
from pages.access.accounts.accounts import User
from pages.jobs import export_jobs, job_folder, loads
from pages.ledger_intake import submissions
from tests.conftest import IS_WHOLE, once
from tests.etl.forms.test_heading_aliases import GOOD, written
from tests.etl.forms.test_layouts import FIELDS, layout
from tests.etl.ledger_builder import LIU, REGISTER
from tests.etl.test_staged_load import HEAD, SPRING, SUMMER, child, ledger
from tests.full_disk import full_after
from warehouse.audit import trail, verification
from warehouse.builds import repository, rewrite
from warehouse.disclosure import release_log
from warehouse.identity import key_rotation
from warehouse.review import declared_figures
from warehouse.storage import atomic_write, build_files, format_versions, keys

TENTHS = range(10) if IS_WHOLE else (0, 4, 9)  # of the largest file that a writer writes: where the disk is full
DAY = dt.date(2025, 6, 20)
NAME = "丙丙丁"
LEDGER = (SUMMER, "\n".join(["柳溪村儿童台账", "姓名,身份证号,儿童类别", f"{NAME},,1"]).encode())
ENTRY = declared_figures.Entry("coverage", LIU, 0, "2025-06-20", 3, 4, by="li")
USER = User("centre", "centre", ("all",))
USUAL = (Refusal, job_folder.Refused, accounts.AccountError)


def allowed(_home, _act, _about):
    """Records nothing."""
    return 1


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A home with two builds and a candidate, accounts, an answer, a declared figure, a submission and an export that was registered."""
    return once(tmp_path_factory, "home_of_all_writers", fill) / "home"


def fill(folder):
    """Make that home in a folder."""
    written(folder / "村居名册.csv", REGISTER)
    home = folder / "home"
    gone = [*child("甲二", 2), "2024-06-01"]
    written(folder / SPRING, [["柳溪村儿童台账"], [*HEAD, "退出时间"], [*child("甲一", 1), ""], gone])
    load([folder], home)
    load([ledger(folder, SUMMER, child("甲一", 1), child("甲三", 3))], home)
    load([ledger(folder / "more", "石桥村儿童台账_20250320.csv", child("乙一", 4, "石桥村"))], home, then="stage")
    layouts.keep(home, layout(FIELDS))
    declared_figures.keep(home, [replace(ENTRY, numerator=1)], trail.by_command)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(home))
        patch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
        accounts.add("centre", "centre", "春风化雨润物无声")
        submissions.submit(home, LIU, [("早先.csv", LEDGER[1])], "li", allowed)
        registered(home)


def registered(home):
    """Register an export."""
    with release_log.writing(home):
        order = release_log.Order(build_files.published(home), DAY, "csv", "li", "centre")
        release_log.append(home, release_log.issue(home, order).sealed(b"x"), {"tables": [], "figures": [], "cells": []})


def rotated(home):
    """The key changed: what is sealed stays what it is."""
    key_rotation.rotate(home)


def candidate(home):
    """The id of the candidate."""
    return next(iter(build_files.candidates(home)))


def job(home):
    """The folder of another job: who works at one holds it until the process ends."""
    return job_folder.new_folder(home / "loads", "job")


def drafted(home, *, is_staged=False):
    """A build made of the published one's children and put in force."""
    with closing(repository.Build(build_files.file_of(home, build_files.published(home)))) as build:
        children = build._connection.cursor().execute("select * from children").fetch_arrow_table()
    with build_files.locked(home), repository.draft(home) as new:
        new.fill("children", children)
        new.stage("a" * 8) if is_staged else new.publish("a" * 8)


def old_format(home):
    """A home of the format before."""
    (home / format_versions.FILE).unlink()
    for path in (home / "builds").glob("*.duckdb"):
        with closing(duckdb.connect(str(path))) as connection:
            connection.execute("delete from build_facts where name = 'format'")


def nothing(_home):
    """Nothing is made ready."""


# What each writer does, by what it is called; and what is made ready for it before the disk is full.
WRITERS = {
    "trail entry": (nothing, lambda home: trail.by_command(home, "publish", {"build": "x" * 200})),
    "register of editions": (nothing, registered),
    "load started": (nothing, lambda home: loads.start(home, [LEDGER], "li", "zh_CN", recorder=allowed)),
    "load's progress": (nothing, lambda home: progress.JobProgress(job(home))),
    "load refused": (nothing, lambda home: progress.JobProgress(job(home)).refuse("没有")),
    "load ended": (nothing, lambda home: progress.JobProgress(job(home)).end(load_report.Report([], [], [], as_of="2025-06-20"))),
    "hand-in": (nothing, lambda home: submissions.submit(home, LIU, [LEDGER], "li", allowed)),
    "hand-in sent back": (nothing, lambda home: submissions.send_back(home, [submissions.every(home)[0].id], "再报")),
    "answers": (nothing, lambda home: layouts.keep(home, layout(FIELDS[::-1]))),
    "answer withdrawn": (nothing, lambda home: layouts.withdraw(home, layout(FIELDS).key)),
    "headings of a file": (lambda home: (home / "aliases.toml").write_text(GOOD, "utf-8"), heading_aliases.take_over),
    "answers exported": (nothing, lambda home: answer_file.export(home, home / "out.json")),
    "declared figure": (nothing, lambda home: declared_figures.keep(home, [ENTRY], allowed)),
    "account": (nothing, lambda _home: accounts.add("wang", "leader", "春风化雨润物无声", recorder=allowed)),
    "first account": (lambda home: (home / "accounts.sqlite").unlink(), lambda _home: accounts.every()),
    "password": (nothing, lambda _home: accounts.change_password("centre", "春风化雨润物有声", allowed)),
    "account closed": (lambda _home: accounts.add("wang", "admin", "春风化雨润物无声"), lambda _home: accounts.remove("centre", allowed)),
    "session": (nothing, lambda _home: sessions.start("centre")),
    "browser": (nothing, lambda _home: attempts.remember_device("centre", "")),
    "draft published": (nothing, drafted),
    "draft staged": (nothing, lambda home: drafted(home, is_staged=True)),
    "candidate published": (nothing, lambda home: repository.publish_candidate(home, candidate(home), allowed)),
    "earlier build": (nothing, lambda home: repository.rollback(home, min(build_files.kept(home)), allowed)),
    "key rotated": (nothing, rotated),
    "names removed": (nothing, lambda home: deidentify.deidentify(home, 1, dt.date(2040, 1, 1), is_pruning=True)),
    "format brought up": (old_format, format_versions.bring_up),
    "first key": (lambda home: (home / keys.FILE).unlink(), lambda home: keys.load_key(home, create=True)),
    "job's note": (nothing, lambda home: job_folder.Notes(job(home)).write("ready", file="x" * 300)),
    "pack asked for": (nothing, lambda _home: export_jobs.start(USER, export_jobs.PACK, {"build": "x"}, "zh_CN", "—")),
}
BUILDERS = {"draft published", "draft staged", "key rotated", "names removed", "format brought up"}
# Goes on where it broke off: a build may have its next name. The note of a load that it runs, whose process then ends.
RENAMING = {"key rotated", "load ended", "load refused"}


def link(source, target):
    """Files of a home are replaced, but for those that grow."""
    (os.link if source.endswith((".duckdb", ".candidate")) else shutil.copy)(source, target)


def contents(home):
    """What the builds hold, as those who read them see it, and every other file but locks and the trail, which notes acts before they are done."""
    key = keys.load_key(home)
    sealed = {
        (path.suffix, table, associated, hashlib.sha256(key.unseal(associated, content)).hexdigest())
        for path in (home / "builds").iterdir()
        if path.suffix in (".duckdb", ".candidate")
        for table, associated, content in rewrite.sealed_rows(path)
    }
    return children(home), sealed


def due(home):
    """The children whose names go, and the key."""
    with closing(repository.Build(build_files.file_of(home, build_files.published(home)))) as build:
        return {row["child_id"] for row in build.rows(deidentify._DUE, {"before": dt.date(2039, 1, 1)})}, keys.load_key(home)


def children(home):
    """The children of the build in force."""
    with closing(repository.Build(build_files.file_of(home, build_files.published(home)))) as build:
        return sorted(row["child_id"] for row in build.rows("select child_id from children"))


def files(home):
    """Every file of the home with its bytes, but locks, and the trail, which notes an act before it is done."""
    paths = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in paths.items()
        if not name.endswith((".lock", "/running")) and not name.startswith(("audit/", "keys/audit", "format"))
    }


@pytest.mark.parametrize("writer", WRITERS)
def test_on_a_full_disk_all_is_as_before_or_as_after(writer, given, tmp_path, monkeypatch):
    ready, act = WRITERS[writer]
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
    monkeypatch.setattr(job_folder, "run", lambda *_asked, log, **_more: log.write_bytes(b""))
    monkeypatch.setattr(submissions, "look_for_questions", allowed)

    def copy(source, name):
        home = tmp_path / name
        shutil.copytree(source, home, copy_function=shutil.copy if writer in BUILDERS else link)
        monkeypatch.setenv("TONGXING_HOME", str(home))
        return home

    if writer == "names removed":
        redacted = deidentify._redact(given, *due(given))  # the same for every copy, and takes longest
        monkeypatch.setattr(deidentify, "_redact", lambda *_asked: redacted)
    base = copy(given, "base")
    ready(base)
    home = copy(base, "whole")
    times = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
    act(home)
    largest = max(path.stat().st_size for path in home.rglob("*") if path.is_file() and path.stat().st_mtime_ns != times.get(path))
    before, wanted, failed = files(base), contents(home) if writer in BUILDERS else None, []
    for step in TENTHS:
        home = copy(base, str(step))
        try:
            with full_after(largest * step // 10):
                act(home)
        except Exception as error:
            assert isinstance(error, USUAL) or atomic_write.is_disk_full(error), (step, error)
            failed.append(step)
            if (home / "accounts.sqlite").exists():
                accounts.every()  # what it had begun to write is taken back at the next look
            after = files(home)
            assert writer in RENAMING or after.keys() == before.keys(), step
            assert [name for name in after if name.endswith((".new", ".upgrade")) or ".draft" in name] == [], step
            assert writer in RENAMING or [name for name in before if after[name] != before[name]] == [], step
            if step == failed[0]:
                forms.set_aliases({})
                act(home)
        if writer in RENAMING & BUILDERS or (writer in BUILDERS and step not in failed[1:]):  # a new key changes nothing of what they hold
            assert contents(home) == wanted, step
        assert verification.verify(home) == []
        shutil.rmtree(home)
    assert failed[:1] == [0]
