"""Names apart from figures: what the key makes, and what nobody gets without it."""

import base64
import os
import stat

import pytest

from warehouse.storage import keys
from warehouse.storage.keys import Key, KeyMalformed, KeyMissing, WrongKey, load_key

KEY = Key(bytes(range(32)))


def test_a_pseudonym_is_20_hex_digits_and_depends_on_parts_and_key():
    name = KEY.pseudonym("child", "110101201501010019")
    assert len(name) == 20 and int(name, 16) >= 0
    assert name == KEY.pseudonym("child", "110101201501010019")
    others = {KEY.pseudonym("child110101201501010019"), KEY.pseudonym("helper", "110101201501010019")}
    assert name not in others | {Key(bytes(32)).pseudonym("child", "110101201501010019")}


def test_a_seal_opens_only_for_its_row_its_key_and_its_bytes():
    sealed = KEY.seal("child:ab", "王小明".encode())
    assert KEY.unseal("child:ab", sealed).decode() == "王小明"
    assert "王小明".encode() not in sealed and sealed != KEY.seal("child:ab", "王小明".encode())
    for key, associated, content in (
        (Key(bytes(32)), "child:ab", sealed),
        (KEY, "child:cd", sealed),
        (KEY, "child:ab", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (KEY, "child:ab", b""),
    ):
        with pytest.raises(WrongKey):
            key.unseal(associated, content)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = load_key(tmp_path, create=True)
    path = tmp_path / "keys" / "identity.key"
    assert path.stat().st_size == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["identity.key"]
    again = load_key(tmp_path, create=True)
    assert again.pseudonym("a") == first.pseudonym("a") == load_key(tmp_path).pseudonym("a")


def test_without_a_key_there_is_one_sentence(tmp_path):
    with pytest.raises(KeyMissing, match="identity"):
        load_key(tmp_path)


@pytest.mark.parametrize("text", [bytes(range(32)).hex(), base64.b64encode(bytes(range(32))).decode()])
def test_the_environment_may_hold_the_key(tmp_path, monkeypatch, text):
    monkeypatch.setenv("TONGXING_KEY", text)
    assert load_key(tmp_path).pseudonym("a") == KEY.pseudonym("a")
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("text", ["abc", "zz" * 32, base64.b64encode(bytes(31)).decode()])
def test_what_is_not_32_bytes_is_no_key(tmp_path, monkeypatch, text):
    monkeypatch.setenv("TONGXING_KEY", text)
    with pytest.raises(KeyMalformed):
        load_key(tmp_path)


def test_a_key_file_of_another_length_is_no_key(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "identity.key").write_bytes(b"short")
    with pytest.raises(KeyMalformed, match="identity"):
        load_key(tmp_path)


def test_a_key_file_that_others_may_read_is_closed_to_them_and_it_is_said(tmp_path, caplog):
    keys.load_key(tmp_path, create=True)
    (tmp_path / keys.FILE).chmod(0o644)
    keys.load_key(tmp_path)
    assert ((tmp_path / keys.FILE).stat().st_mode & 0o777, "只有自己能读" in caplog.text) == (0o600, True)
    caplog.clear()
    keys.load_key(tmp_path)
    assert caplog.text == ""
