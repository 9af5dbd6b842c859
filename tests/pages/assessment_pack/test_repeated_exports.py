"""An export that takes long, asked for again: what cannot be made anew yet stays, and old terms take no room."""

import pytest

from pages.access import User
from pages.jobs import export_jobs, job_folder
from tests.pages.assessment_pack.export_builder import REVIEWER, prepare, start
from tests.pages.assessment_pack.test_export_jobs import ready
from warehouse import row_access

BEFORE = User(REVIEWER.name, "centre", row_access.WHOLE)  # the same account under the role that it had


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """A home with the demo's builds and a reviewer, in which nothing is made."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    monkeypatch.setattr(job_folder, "run", lambda *_told, **_more: None)
    return prepare(demo_home, tmp_path)


def test_what_cannot_be_made_anew_yet_stays(home):
    broken = ready(home)
    start(), start()
    with pytest.raises(export_jobs.TooMany):
        export_jobs.again(REVIEWER, broken.name)
    assert (broken.is_dir(), len(export_jobs.jobs_of(REVIEWER))) == (True, 3)


def test_one_made_anew_takes_the_place_of_the_one_before(home):
    folders = [ready(home, f"20260105T080000-0000000{at}") for at in range(3)]
    fresh = export_jobs.again(REVIEWER, folders[0].name)
    assert {job.folder for job in export_jobs.jobs_of(REVIEWER)} == {fresh.folder, *folders[1:]}


def test_what_an_account_may_no_longer_fetch_does_not_keep_it_from_asking(home):
    unseen = [ready(home, f"20260105T080000-0000000{at}", BEFORE) for at in range(3)]
    assert [job.folder for job in export_jobs.jobs_of(REVIEWER)] == []
    assert (start().is_at_work, all(folder.is_dir() for folder in unseen)) == (True, True)
