"""The recorder of ways sees the files an action enters, who calls whom, and where it turns back."""

import importlib
import sys
import threading

import pytest

from tests.ways import follow


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A made package `rooms` of three files: door calls hall, hall calls cellar."""
    folder = tmp_path / "rooms"
    folder.mkdir()
    (folder / "door.py").write_text(
        "from rooms import hall\ndef enter(): return hall.cross(lambda: 1)\ndef bell(): return 1\ndef other(): return [hall.cross(int)]\n"
    )
    (folder / "hall.py").write_text("from rooms import cellar\ndef cross(light): return light() + cellar.fetch() + cellar.fetch()\n")
    (folder / "cellar.py").write_text("def fetch():\n    import rooms.door\n    return rooms.door.bell() if TURN else 1\nTURN = False\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield {name: importlib.import_module(f"rooms.{name}") for name in ("door", "hall", "cellar")}, tmp_path
    for name in [name for name in sys.modules if name.startswith("rooms")]:
        del sys.modules[name]


def test_a_way_tells_the_files_in_order_and_how_often_each_calls_the_next(house):
    rooms, root = house
    way = follow(rooms["door"].enter, root, ("rooms",))
    assert way.files == ["rooms/door.py", "rooms/hall.py", "rooms/cellar.py"]
    assert way.calls == {("rooms/door.py", "rooms/hall.py"): 1, ("rooms/hall.py", "rooms/cellar.py"): 2}
    assert way.from_file == {"rooms/hall.py": "rooms/door.py", "rooms/cellar.py": "rooms/hall.py"}
    assert way.back_calls() == []  # the lambda that the hall calls is the door's own text


def test_a_call_back_up_is_seen(house):
    rooms, root = house
    rooms["cellar"].TURN = True
    assert follow(rooms["door"].enter, root, ("rooms",)).back_calls() == [["rooms/cellar.py", "rooms/door.py", "rooms/hall.py"]]


def test_a_thread_that_the_action_starts_is_followed_too(house):
    rooms, root = house

    def apart():
        thread = threading.Thread(target=rooms["door"].enter)
        thread.start()
        thread.join()

    assert follow(apart, root, ("rooms",)).files == ["rooms/door.py", "rooms/hall.py", "rooms/cellar.py"]


def test_a_way_can_be_cut_to_some_folders(house):
    rooms, root = house
    way = follow(rooms["door"].enter, root, ("rooms",))
    assert (way.within("rooms"), way.within("room").files) == (way, [])
