"""A session gets the addresses that the server gave it, and none that a reader's words made the server say."""

import random

import pytest
from google.protobuf.descriptor import FieldDescriptor
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.access.door.issued_urls import ISSUING, IssuedUrls

MEDIA, UPLOAD, DEFERRED = f"/media/{'a1' * 28}", f"/_stcore/upload_file/{'run-1'}/{'file-1'}", "0f" * 16
DEEPEST = 7


def is_issued(message):
    """Whether any of the addresses counts as issued after a message."""
    issued = IssuedUrls()
    issued.note("token", message.SerializeToString())
    return issued.knows("token", MEDIA) or issued.knows("token", UPLOAD) or issued.knows_deferred("token", DEFERRED)


def texts(descriptor, path=()):
    """Yield the ways to every text of a message: the fields to go through, each message entered once on a way."""
    for field in descriptor.fields:
        if field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES):
            yield (*path, field)
        elif field.message_type and len(path) < DEEPEST and field.message_type not in [each.message_type for each in path]:
            yield from texts(field.message_type, (*path, field))


def filled(way, text):
    """Return a message with a text at the end of a way."""
    message = ForwardMsg()
    at = message
    for field in way[:-1]:
        place = getattr(at, field.name)
        if field.message_type.GetOptions().map_entry:
            return None
        at = place.add() if field.is_repeated else place
    field = way[-1]
    text = text.encode() if field.type == FieldDescriptor.TYPE_BYTES else text
    if field.is_repeated:
        getattr(at, field.name).append(text)
    else:
        setattr(at, field.name, text)
    return message


def test_a_page_that_is_not_found_is_told_by_its_name_and_the_name_is_no_address():
    assert not is_issued(ForwardMsg(page_not_found={"page_name": MEDIA}))


@pytest.mark.parametrize("around", ["{}", "see {} there", "http://127.0.0.1:8501{}", "{}.xlsx", "\n{}"])
def test_no_text_of_any_message_but_the_fields_that_name_files_makes_an_address(around):
    ways = [way for way in texts(ForwardMsg.DESCRIPTOR) if (way[-1].containing_type.name, way[-1].name) not in ISSUING]
    assert len(ways) > 500
    chance = random.Random(around)
    for way in ways:
        message = filled(way, around.format(chance.choice([MEDIA, UPLOAD, DEFERRED])))
        assert message is None or not is_issued(message), [field.name for field in way]


def test_what_the_server_gives_out_is_known_by_its_session_alone():
    message = ForwardMsg()
    message.delta.new_element.download_button.url = f"{MEDIA}.csv"
    message.delta.new_element.download_button.deferred_file_id = DEFERRED
    issued = IssuedUrls()
    issued.note("token", message.SerializeToString())
    issued.note("token", ForwardMsg(file_urls_response={"file_urls": [{"upload_url": UPLOAD}]}).SerializeToString())
    issued.note("token", ForwardMsg(new_session={"initialize": {"session_id": "run-2"}}).SerializeToString())
    assert issued.knows("token", f"{MEDIA}.csv") and issued.knows("token", UPLOAD) and issued.knows_deferred("token", DEFERRED)
    assert (issued.runs("token"), issued.knows_run("token", "run-2")) == ({"run-1"}, True)
    assert not any([issued.knows("other", MEDIA), issued.knows_deferred("other", DEFERRED), issued.knows_run("other", "run-2")])
