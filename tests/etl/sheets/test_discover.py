"""Which files under a folder are ledgers: none that is a link, because a link may lead to any file of the machine; what is passed over is named."""

import os
import sys

import pytest

from etl import __main__
from etl.sheets import discover, sheet_store
from pages.jobs import loads
from warehouse.storage import file_lock, keys


def named(*paths):
    """What is said of the paths that are not taken."""
    return "\n".join(discover.passed_over(list(paths), None))


def test_a_link_is_no_ledger_and_is_named(tmp_path):
    (tmp_path / "secret").mkdir()
    for path in ("secret/密.xlsx", "柳溪村.xlsx", "~$柳溪村.xlsx"):
        (tmp_path / path).write_bytes(b"PK")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "柳溪村.xlsx").write_bytes(b"PK")
    (folder / "走访.xlsx").symlink_to(tmp_path / "secret" / "密.xlsx")
    (folder / "村界.geojson").symlink_to("/etc/hostname")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "更多").symlink_to(tmp_path / "secret", target_is_directory=True)
    assert [path.name for path in discover.ledger_paths([folder])] == ["柳溪村.xlsx"]
    assert discover.map_paths([folder]) == []
    assert named(folder) == "是快捷方式（符号链接），没有读取，请放文件本身：zero.csv、＊＊(abcipa)、村界.geojson、走访.xlsx"
    assert (discover.ledger_paths([folder / "走访.xlsx"]), "走访.xlsx" in named(folder / "走访.xlsx")) == ([], True)
    (tmp_path / "named").symlink_to(folder, target_is_directory=True)  # a folder that is named is meant, whatever leads to it
    assert [path.name for path in discover.ledger_paths([tmp_path / "named"])] == ["柳溪村.xlsx"]
    assert named(tmp_path / "named") == named(folder)


def test_what_is_no_ledger_too_large_or_never_ends_is_passed_over_and_named(tmp_path):
    for name in ("b.docx", "~$柳溪村.xlsx", ".DS_Store", "a.csv"):
        (tmp_path / name).write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "b.xlsx").mkdir()
    (tmp_path / "b.xlsx" / "c.csv").write_bytes(b"x")
    with open(tmp_path / "large.csv", "wb") as stream:
        stream.truncate(discover.MOST_MB * 2**20 + 1)
    assert [path.name for path in discover.ledger_paths([tmp_path])] == ["a.csv", "c.csv"]
    assert named(tmp_path, tmp_path / "no.xlsx") == (
        "不是台账文件，或打不开，没有读取：b.docx、pipe.xlsx\n超过 100 MB，没有读取，请分成几个文件：large.csv\n没有这个文件或文件夹：no.xlsx"
    )
    assert (discover.ledger_paths([tmp_path / "pipe.xlsx"]), "pipe.xlsx" in named(tmp_path / "pipe.xlsx")) == ([], True)


def test_of_thousands_passed_over_the_first_are_named_and_all_counted(tmp_path):
    for number in range(300):
        (tmp_path / f"{number:04}.pdf").touch()
    assert named(tmp_path).endswith("0008.pdf、0009.pdf、……共 300 个")


@pytest.mark.parametrize("ending", loads.ENDINGS)
def test_every_kind_of_file_that_a_page_takes_is_read(ending, tmp_path):
    (tmp_path / f"a{ending}").write_bytes(b"x")
    assert (len(discover.ledger_paths([tmp_path]) + discover.map_paths([tmp_path])), named(tmp_path)) == (1, "")


def test_read_names_a_file_as_a_load_does_and_reads_one_hand_in_after_another(tmp_path, monkeypatch, capsys):
    home, folder, target = tmp_path / "home", tmp_path / "in", tmp_path / "questions.json"
    folder.mkdir()
    (folder / "张甲甲.docx").write_bytes(b"x")
    (folder / "张甲甲的.csv").write_text("什么,都不是\n1,2\n", "utf-8")
    key = keys.load_key(home, create=True)
    monkeypatch.setenv("TONGXING_HOME", str(home))
    monkeypatch.setattr(sys, "argv", ["etl", "read", str(folder)])
    assert __main__.main() == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == discover.passed_over([folder], key.pseudonym)
    assert sheet_store.public_file("张甲甲的.csv", (), key.pseudonym, is_read=False) in said.out
    monkeypatch.setattr(sys, "argv", ["etl", "read", str(folder), "--questions", str(target)])
    monkeypatch.setattr(__main__, "_LONGEST_TURN", 0)
    with file_lock.exclusive(home / "reading.lock"), pytest.raises(TimeoutError):
        __main__.main()
    assert (__main__.main(), target.exists()) == (0, True)
