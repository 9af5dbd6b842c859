"""Every kind of tampering with the audit trail is found, named by its place, and not covered up by what is recorded later."""

import json

import pytest

from tests.warehouse.audit.test_trail import lines, note, put
from warehouse.audit import hash_chain, trail, verification


@pytest.fixture
def home(tmp_path):
    """A home with a trail of five entries."""
    for at in range(5):
        note(tmp_path, count=str(at))
    return tmp_path


def verified(home):
    """What is found now, and after one more entry: nothing that comes later covers a fault up."""
    now = verification.verify(home)
    note(home, who="王主任")
    later = verification.verify(home)
    assert [fault for fault in now if not fault.startswith(("末尾", "audit/"))] == [fault for fault in later if fault in now]
    assert bool(now) == bool(later)
    return now


@pytest.mark.parametrize("field", ["no", "at", "who", "role", "source", "act", "about", "before", "hash"])
@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_changed_field_is_found_with_its_place(home, field, at):
    made = lines(home)
    entry = json.loads(made[at])
    new = {"no": 77, "about": {"count": "99"}, "hash": "0" * 64}.get(field, "x" * 7)
    made[at] = hash_chain.canonical(entry | {field: new}) + b"\n"
    put(home, made)
    assert any(f"第 {at + 1} 行" in fault for fault in verified(home))


def test_an_entry_written_another_way_is_found(home):
    made = lines(home)
    made[1] = json.dumps(json.loads(made[1])).encode() + b"\n"
    put(home, made)
    assert verified(home)[0].startswith("第 2 行：不是完整的一条记录")


def test_a_middle_entry_taken_out_is_found(home):
    made = lines(home)
    put(home, made[:2] + made[3:])
    assert verified(home) == ["第 3 行：前面缺少第 3 至 3 条。"]


def test_the_first_entry_taken_out_is_found(home):
    put(home, lines(home)[1:])
    assert verified(home) == ["第 1 行：前面缺少第 1 至 1 条。"]


@pytest.mark.parametrize("count", [1, 3, 5])
def test_an_end_cut_off_is_found(home, count):
    put(home, lines(home)[: 5 - count])
    assert verified(home) == [f"末尾：缺少第 {6 - count} 至 5 条，被删去了。"]


def test_half_a_last_entry_cut_off_is_found(home):
    made = lines(home)
    put(home, [*made[:4], made[4][:40]])
    assert verified(home) == ["末尾：缺少第 5 至 5 条，被删去了。"]


def test_two_entries_put_the_other_way_round_are_found(home):
    made = lines(home)
    put(home, [made[0], made[2], made[1], *made[3:]])
    assert verified(home) == ["第 2 行：前面缺少第 2 至 2 条。", "第 3 行（第 2 条）：重复，或次序不对。"]


def test_an_entry_put_in_is_found(home):
    made = lines(home)
    forged = hash_chain.canonical(json.loads(made[2]) | {"who": "nobody"}) + b"\n"
    put(home, [*made[:3], forged, *made[3:]])
    assert verified(home) == ["第 4 行（第 3 条）：内容被改动过，或不是用本系统的密钥写的。"]


def test_an_entry_copied_is_found(home):
    made = lines(home)
    put(home, [*made, made[2]])
    assert verified(home) == ["第 6 行（第 3 条）：重复，或次序不对。"]


def test_an_entry_put_behind_the_end_under_another_key_is_found_and_nothing_follows_it(home):
    head = hash_chain.read_head(home, hash_chain.secret(home))
    line, _head = hash_chain.line_of(json.loads(lines(home)[0]), head, b"another key")
    put(home, [*lines(home), line])
    assert verified(home)[0] == "第 6 行（第 6 条）：内容被改动过，或不是用本系统的密钥写的。"


def test_a_whole_trail_forged_under_another_key_is_found(home):
    after, made = hash_chain.Head(), []
    for line in lines(home):
        text, after = hash_chain.line_of(json.loads(line) | {"who": "nobody"}, after, b"another key")
        made.append(text)
    put(home, made)
    hash_chain.write_head(home, after, b"another key")
    found = verification.verify(home)
    assert ([fault[:3] for fault in found[:5]], found[5].startswith("audit/head")) == (["第 1", "第 2", "第 3", "第 4", "第 5"], True)


@pytest.mark.parametrize("text", [None, b"", b"{}", b"[" * 5000, '{"no":5,"hash":"é","size":1,"mac":"é"}'.encode()])
def test_a_head_lost_or_altered_is_found_and_the_next_entry_does_not_hide_it(home, text):
    (home / hash_chain.HEAD).unlink()
    if text is not None:
        (home / hash_chain.HEAD).write_bytes(text)
    put(home, lines(home)[:3])
    assert "audit/head：不见了或被改动过" in verification.verify(home)[0]
    assert note(home) == 5
    assert verification.verify(home) == ["第 4 行（第 4 条）：写到这里时 audit/head 不见了或被改动过，在这之前可能有记录被删去。"]


def test_an_older_head_put_back_loses_no_entry(home):
    kept = (home / hash_chain.HEAD).read_bytes()
    for _ in range(4):
        note(home)
    (home / hash_chain.HEAD).write_bytes(kept)
    assert verification.verify(home) == ["audit/head：与最后一条（第 9 条）不符，被换成了别的。"]
    assert (note(home), verification.verify(home)) == (10, [])


def test_trail_and_head_taken_away_together_are_missed(home):
    (home / hash_chain.TRAIL).unlink()
    (home / hash_chain.HEAD).unlink()
    assert "都不见了" in verification.verify(home)[0]
    note(home)
    assert "第 1 行（第 1 条）：写到这里时 audit/head 不见了" in verification.verify(home)[0]


def test_a_trail_taken_away_is_found(home):
    (home / hash_chain.TRAIL).unlink()
    assert verified(home) == ["末尾：缺少第 1 至 5 条，被删去了。"]


@pytest.mark.parametrize("key", [None, b"short"])
def test_without_its_key_nothing_is_verified_recorded_or_done_under_another(home, key):
    (home / hash_chain.KEY).unlink()
    if key:
        (home / hash_chain.KEY).write_bytes(key)
    assert "密钥不见了" in verification.verify(home)[0]
    with pytest.raises(trail.NotRecorded):
        note(home)
    assert ((home / hash_chain.KEY).exists(), len(lines(home))) == (bool(key), 5)


@pytest.mark.parametrize("line", [b"[" * 100_000, b"\xff\xfe", b"null", b'{"no":true}', b"1" * 5000])
def test_no_line_stops_the_check_or_the_reader(home, line):
    put(home, [*lines(home), line + b"\n"])
    assert (verification.verify(home), len(trail.entries(home))) == (["第 6 行：不是完整的一条记录，被改动过或是插进来的。"], 5)


def test_a_torn_line_hides_no_alteration(home):
    made = lines(home)
    made[3] = made[3].replace("李主任".encode(), "王主任".encode())
    put(home, [*made, b'{"about'])
    assert verified(home) == ["第 4 行（第 4 条）：内容被改动过，或不是用本系统的密钥写的。"]
