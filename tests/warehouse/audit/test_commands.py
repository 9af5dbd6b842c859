"""`python -m warehouse audit`, and what other commands write to the trail."""

import csv
import io
import json

import pytest

from tests.warehouse import drafts
from warehouse.__main__ import main
from warehouse.audit import hash_chain, trail
from warehouse.storage import build_files
from warehouse.storage.csv_injection import defused


@pytest.fixture
def home(town, monkeypatch):
    """A published home, its trail not begun."""
    assert town.build
    monkeypatch.setenv("TONGXING_HOME", str(town.home))
    monkeypatch.setattr(trail, "system_user", lambda: "root")
    return town.home


@pytest.fixture
def full(home):
    """The same with a trail that cannot be written."""
    trail.by_command(home, "load", {})
    (home / hash_chain.TRAIL).unlink()
    (home / hash_chain.TRAIL).symlink_to("/dev/full")
    return home


def test_verify_says_that_a_trail_is_whole_with_what_to_keep_elsewhere(home, capfd):
    assert (main(["audit", "verify"]), capfd.readouterr().out) == (0, "审计记录还没有开始。\n")
    trail.by_command(home, "load", {"files": "3"})
    last = trail.entries(home)[-1]["hash"]
    kept = f"审计记录完整：共 1 条，与记着的 0 个锚相符。现在的记录锚：A1-{last[:16]}，请另存一处。\n"
    assert (main(["audit", "verify"]), capfd.readouterr().out) == (0, kept)


def test_verify_names_every_place_and_exits_1(home, capfd):
    for _ in range(3):
        trail.by_command(home, "load", {})
    made = (home / hash_chain.TRAIL).read_bytes().splitlines(keepends=True)
    (home / hash_chain.TRAIL).write_bytes(made[0].replace(b"load", b"undo") + made[2])
    assert main(["audit", "verify"]) == 1
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "第 1 行（第 1 条）：内容被改动过，或不是用本系统的密钥写的。\n第 2 行：前面缺少第 2 至 2 条。\n")


def test_list_is_flat_filtered_and_defused(home, capfd):
    trail.record(home, "export", "=1+1", "centre", "@a", {"reason": "x", "count": "2"})
    trail.by_command(home, "load", {"files": "3"})
    assert main(["audit", "list", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out.lstrip("\ufeff"))))
    assert [(row["who"], row["source"], row["about"]) for row in rows] == [
        ("'=1+1", "'@a", "count=2; reason=x"),
        ("root", "command", "files=3"),
    ]
    assert main(["audit", "list", "--format", "json", "--act", "export", "--who", "=1+1"]) == 0
    row = json.loads(capfd.readouterr().out)[0]
    assert (row["no"], row["who"], row["hash"]) == (1, "=1+1", trail.entries(home)[0]["hash"])
    assert main(["audit", "list", "--day", "1999-01-01"]) == 0
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_texts_that_begin_a_formula_get_a_quote_and_numbers_none(text):
    assert (defused(text), defused("a" + text), defused(-1), defused(None)) == (f"'{text}", f"a{text}", -1, None)


def test_going_back_and_publishing_are_recorded_before_they_are_done(home):
    build = build_files.published(home)
    assert main(["rollback", build]) == 0
    assert main(["rollback", "20200101T000000Z-00000000"]) == 2
    assert main(["publish", "20200101T000000Z-00000000"]) == 2
    assert [(entry["act"], entry["who"], entry["source"], entry["about"]) for entry in trail.entries(home)] == [
        ("undo", "root", "command", {"build": build})
    ]


def test_nothing_is_published_or_gone_back_to_while_the_trail_cannot_be_written(full, capfd):
    before = build_files.published(full)
    with drafts.begin(full) as draft:
        draft.close()
        draft.note({"base": before})
        candidate = draft.stage("abcdef0123")
    assert (main(["publish", candidate]), main(["rollback", before])) == (1, 1)
    assert capfd.readouterr().err.count("什么也没有改动") == 2
    assert (build_files.published(full), build_files.candidates(full)) == (before, {candidate})
