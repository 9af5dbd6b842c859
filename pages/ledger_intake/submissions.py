"""Ledgers that a village hands in: kept aside until the centre takes them into a load or sends them back. No streamlit here.

The folder `submissions/<id>` holds the files, `asked.json` and `questions.json` (what would be asked about the tables, masked); nothing
in it is read by a load before the centre takes it. The files are removed once they are published or sent back; what was handed in, by
whom and what became of it stays.
"""

import datetime as dt
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from checks.catalogue import sentence
from etl.forms import layouts, public_names, table_questions
from etl.forms.table_questions import Question
from locales import _
from pages.jobs import job_folder, loads
from pages.text import labels
from warehouse.audit import trail
from warehouse.builds import raw_sheets, repository
from warehouse.storage import atomic_write, build_files, file_lock, keys

QUESTIONS, PATIENCE = "questions.json", 60  # seconds that a page waits for them
PATIENCE_OF_LOCK = 5.0  # seconds
WAITING, PUBLISHED, SENT_BACK, WITHDRAWN = "waiting", "published", "sent_back", "withdrawn"
# Of what was published: the build in force has it no longer, and its files are kept (it waits again), or not; it was left out by choice.
RETURNED, LOST, LEFT_OUT = "returned", "lost", "left_out"
MOST_WAITING = 20  # of one village; a village's year of ledgers is fewer
# A village's year of ledgers is under 5 MB; twenty times that leaves room for scans in them and two files of the largest kind taken.
# All together they leave the disk of a small server (20 GB) to the builds: ten villages at their most.
MOST_BYTES, MOST_BYTES_OF_ALL = 100 * 2**20, 1000 * 2**20


@dataclass(frozen=True)
class Submission:
    """What a village handed in: `files` by the name that everybody may see, `at` UTC, `state` and `why` it was sent back or not all taken.

    Of what was published `build` has taken in the files with the SHA-256 `digests`.
    """

    folder: Path
    village_id: str
    by: str
    at: str
    files: list[str]
    state: str
    why: str
    build: str = ""
    digests: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its name."""
        return self.folder.name

    def content(self) -> list[tuple[str, bytes]]:
        """Return the files as the browser gave them, or as the build keeps them that they were published in; none once they are settled."""
        if self.state != RETURNED:
            return [(path.name, path.read_bytes()) for path in sorted(self.folder.glob("files/*/*"))]
        home = self.folder.parent.parent
        return raw_sheets.originals(repository.open_build(home, self.build), keys.load_key(home), self.digests)


_FIELDS = {each.name for each in fields(Submission)} - {"folder"}


def submit(home: Path, village_id: str, files: list[tuple[str, bytes]], by: str, recorder: trail.Recorder) -> Submission:
    """Keep files for the centre.

    Raises job_folder.Refused for a file that cannot be taken, for none, for too many waiting; trail.NotRecorded.
    """
    names = [loads.accepted(*file) for file in files]
    if not names:
        raise job_folder.Refused(_("没有选文件"))
    for name, content in files:
        begins = content[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if name.lower().endswith(".geojson") or begins.startswith(b"{"):  # a map, which could move the boundary of any village
            raise job_folder.Refused(_("{file}：是村界文件，村界只由保护中心放入；请交给保护中心。").format(file=name))
    _must_have_room(home, village_id, sum(len(content) for _name, content in files))
    recorder(home, "submit", {"village": village_id, "files": str(len(names))})
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    folder = job_folder.new_folder(home / "submissions", f"{now:%Y%m%dT%H%M%S}")
    public = [public_names.file_name(name, (), str(number), is_read=False) for number, name in enumerate(names, 1)]
    note: dict[str, Any] = {"village_id": village_id, "by": by, "at": now.isoformat(), "files": public, "state": WAITING, "why": ""}
    with job_folder.whole(folder):
        loads.write_files(folder, files)
        atomic_write.write_json(folder / "asked.json", note)
    return Submission(folder, **note)


def look_for_questions(home: Path, submission: Submission, language: str) -> None:
    """Have a process read the files and note what would be asked about their tables; after a while it goes on without the page."""
    target = str(submission.folder / QUESTIONS)
    process = job_folder.run(
        home, language, "etl", "read", str(submission.folder / "files"), "--questions", target, log=submission.folder / "log.txt"
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)


def questions(home: Path, village_id: str) -> list[Question]:
    """Return what is open about the tables that a village has handed in and nobody has settled: not what an answer in force says."""
    notes = [atomic_write.read_json(each.folder / QUESTIONS) or {} for each in of_village(home, village_id) if each.state == WAITING]
    kept = layouts.read(home)

    def is_open(question: Question) -> bool:
        answers = [kept[key] for key in (question.fingerprint, f"{question.fingerprint}/{village_id}") if key in kept]
        days = {file for answer in answers for file in answer.days}
        return not answers or (question.about == "day" and not days >= {*question.files})

    return [
        each for each in table_questions.merged(Question(**row) for note in notes for row in note.get("questions", [])) if is_open(each)
    ]


def _must_have_room(home: Path, village_id: str, new_bytes: int) -> None:
    """Raise job_folder.Refused where `new_bytes` more would pass what villages may have waiting, in number or size."""
    all_waiting = [each for each in waiting(home) if each.state == WAITING]
    village_waiting = [each for each in all_waiting if each.village_id == village_id]
    if len(village_waiting) >= MOST_WAITING:
        raise job_folder.Refused(_("已有 {most} 份报送等待处理，请先联系保护中心").format(most=MOST_WAITING))
    if sum(map(_size, village_waiting)) + new_bytes > MOST_BYTES:
        text = _("本村（社区）等待处理的报送连同这次的超过 {most} MB，没有收下：请删去表里的图片、只放需要的台账，或先联系保护中心处理")
        raise job_folder.Refused(text.format(most=MOST_BYTES // 2**20))
    if sum(map(_size, all_waiting)) + new_bytes > MOST_BYTES_OF_ALL:
        raise job_folder.Refused(
            _("各村（社区）等待处理的报送已满 {most} MB，没有收下：请联系保护中心先处理").format(most=MOST_BYTES_OF_ALL // 2**20)
        )


def _size(submission: Submission) -> int:
    return sum(path.stat().st_size for path in submission.folder.glob("files/*/*"))


def every(home: Path, build_id: str | None = None) -> list[Submission]:
    """Return all submissions, newest first, as they are with the published build or `build_id` in force; none whose note a crash left torn."""
    notes = [(path.parent, atomic_write.read_json(path)) for path in sorted((home / "submissions").glob("*/asked.json"), reverse=True)]
    handed_in = [Submission(folder, **note) for folder, note in notes if note and {*note, "build", "digests"} == _FIELDS]
    if not any(each.digests for each in handed_in):
        return handed_in
    in_force = raw_sheets.files(repository.open_build(home, build_id))
    return [replace(each, state=_state(home, each, in_force)) for each in handed_in]


def _state(home: Path, submission: Submission, in_force: dict[str, str]) -> str:
    """Return what has become of a submission where these files are in force."""
    if submission.state != PUBLISHED or all(in_force.get(digest) for digest in submission.digests):
        return submission.state
    missing = [digest for digest in submission.digests if digest not in in_force]
    if not missing:
        return LEFT_OUT
    build_id = build_files.current_build_id(home, submission.build)
    kept = raw_sheets.kept_originals(repository.open_build(home, build_id)) if build_id else set()
    return RETURNED if all(digest[:16] in kept for digest in missing) else LOST


def outcome(submission: Submission) -> str:
    """Return what became of a submission, in words."""
    state = "published_partly" if submission.state == PUBLISHED and submission.why else submission.state
    return labels.word("submission", state).format(why=submission.why)


def waiting(home: Path) -> list[Submission]:
    """Return those that nobody has settled yet, or that wait again, oldest first."""
    return [submission for submission in every(home)[::-1] if submission.state in (WAITING, RETURNED)]


def of_village(home: Path, village_id: str) -> list[Submission]:
    """Return those of one village, newest first."""
    return [submission for submission in every(home) if submission.village_id == village_id]


def send_back(home: Path, ids: list[str], why: str) -> None:
    """Note why submissions go back and remove their files; one that is settled already stays as it is."""
    for submission in waiting(home):
        if submission.id in ids:
            _settle(submission, state=SENT_BACK, why=why)


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Let nobody take submissions into a load and take them back at once. Raises job_folder.Refused where somebody is at it."""
    refusal = partial(job_folder.Refused, _("这些报送正有人在处理，请过几秒再点一次。"))
    (home / "submissions").mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock.exclusive(home / "submissions" / "lock", refusal, PATIENCE_OF_LOCK):
        yield


def withdraw(home: Path, village_id: str, submission_id: str, recorder: trail.Recorder) -> None:
    """Take back what a village handed in and remove its files. Raises job_folder.Refused once the centre has taken it; trail.NotRecorded."""
    with held(home):
        load = loads.current(home)
        of_load = load.submissions if load else []
        for each in of_village(home, village_id):
            if each.id == submission_id and each.state == WAITING and each.id not in of_load:
                recorder(home, "withdraw", {"village": village_id, "files": str(len(each.files))})
                return _settle(each, state=WITHDRAWN)
    raise job_folder.Refused(_("中心已经在处理这份报送，收不回来了；要改的话请再报一份改好的。"))


def settle(home: Path, ids: list[str], report: dict[str, Any]) -> None:
    """Note of submissions, once their load has ended, which of their files are in force and why others are not; remove their files."""
    build = repository.open_build(home)
    in_force = raw_sheets.files(build)
    whys = {file["sha256"]: "，".join(sentence({"code": file["fault"]})) for file in report["files"] if file["fault"]}
    for submission in waiting(home):
        if submission.id in ids:
            files = [hashlib.sha256(content).hexdigest() for _name, content in submission.content()]
            digests = [digest for digest in files if digest in in_force]
            why = "；".join(whys[digest] for digest in files if digest in whys and digest not in in_force)
            _settle(submission, state=PUBLISHED if digests or not why else SENT_BACK, why=why, build=build.id, digests=digests)


def _settle(submission: Submission, **facts: Any) -> None:
    note = {name: getattr(submission, name) for name in _FIELDS} | facts
    atomic_write.write_json(submission.folder / "asked.json", note)
    shutil.rmtree(submission.folder / "files", ignore_errors=True)
    (submission.folder / QUESTIONS).unlink(missing_ok=True)
