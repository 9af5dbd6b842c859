"""The register is read on from where it was, as long as it is what it was."""

import datetime as dt
import json
import shutil

import pytest

from warehouse.disclosure import release_log


def test_the_register_is_read_on_from_where_it_was_and_from_its_beginning_where_it_was_put_back(tmp_path, monkeypatch):
    path, backup = tmp_path / "publications" / "editions.jsonl", tmp_path / "backup"
    order = release_log.Order("b", dt.date(2025, 12, 31), "csv", "li", "centre")

    def exported(*cells):
        entry = {"tables": [["coverage", "town", "2025-12-31"]], "guarded": [], "cells": [list(cell) for cell in cells]}
        with release_log.writing(tmp_path):
            release_log.append(tmp_path, release_log.issue(tmp_path, order), entry)
        return release_log.earlier(tmp_path), release_log.count(tmp_path)

    first, others = ("covered", "", 0, "2025-12-31", 5), ("covered", "a", 0, "2025-12-31", None)
    assert exported(first)[1] == 1
    shutil.copy(path, backup)
    monkeypatch.setattr(json, "loads", lambda line, loads=json.loads: loads(line) if b"-0001-" not in line else pytest.fail("read again"))
    figures, count = exported(others)
    assert (count, figures.values) == (2, {first[:4]: (5,), others[:4]: (None,)})
    with path.open("ab") as stream:
        stream.write(b'{"torn')
    assert (release_log.earlier(tmp_path), release_log.count(tmp_path)) == (figures, 2)
    figures, count = exported((*first[:4], 6))
    assert (count, figures.values[first[:4]], figures.newest[first[:3]]) == (3, (5, 6), ("2025-12-31", 6))
    monkeypatch.undo()
    shutil.copy(backup, path)
    assert (release_log.count(tmp_path), release_log.earlier(tmp_path).values) == (1, {first[:4]: (5,)})
    path.write_bytes(b"no edition\n")
    assert release_log.count(tmp_path) == 1  # an internal export still gets its number
    with pytest.raises(release_log.Damaged):
        release_log.earlier(tmp_path)
