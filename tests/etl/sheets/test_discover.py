"""Which files under a folder are ledgers: none that is a link, because a link may lead to any file of the machine."""

from etl.sheets import discover


def test_a_link_is_no_ledger_and_is_named(tmp_path):
    (tmp_path / "secret").mkdir()
    for path in ("secret/密.xlsx", "柳溪村.xlsx", "~$柳溪村.xlsx"):
        (tmp_path / path).write_bytes(b"PK")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "柳溪村.xlsx").write_bytes(b"PK")
    (folder / "走访.xlsx").symlink_to(tmp_path / "secret" / "密.xlsx")
    (folder / "村界.geojson").symlink_to("/etc/hostname")
    (folder / "更多").symlink_to(tmp_path / "secret", target_is_directory=True)
    assert [path.name for path in discover.ledger_paths([folder])] == ["柳溪村.xlsx"]
    assert discover.map_paths([folder]) == []
    assert {path.name for path in discover.linked_paths([folder])} == {"走访.xlsx", "村界.geojson", "更多"}
    assert (discover.ledger_paths([folder / "走访.xlsx"]), len(discover.linked_paths([folder / "走访.xlsx"]))) == ([], 1)
    (tmp_path / "named").symlink_to(folder, target_is_directory=True)  # a folder that is named is meant, whatever leads to it
    assert [path.name for path in discover.ledger_paths([tmp_path / "named"])] == ["柳溪村.xlsx"]
    assert tmp_path / "named" not in discover.linked_paths([tmp_path / "named"])
