"""`python -m pages.assessment_pack.worker FOLDER`: makes the file that the folder's asked.json, written by the server alone, asks for."""

import datetime as dt
import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from etl.forms import filled_form
from locales import N_, Refusal, _, use_language
from pages.access import User
from pages.access.accounts import accounts
from pages.assessment_pack import assemble
from pages.data.queries import Figures, Reader
from pages.jobs import export_jobs, job_folder
from pages.text import formatting, labels
from pages.word_report import report, report_data
from warehouse import row_access
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.disclosure import release_log
from warehouse.settings import local_time
from warehouse.storage import atomic_write, build_files, keys, safe_logging


class NotAllowed(Refusal):
    """The right ended between the click and now."""

    says = N_("您的账号或权限有变动，没有制作。请重新登录后再试。")


def make(folder: Path) -> int:
    """Make what the folder asks for; 0 where it is ready, 1 where it was refused with a sentence."""
    job, notes = job_folder.read(folder), job_folder.Notes(folder)
    notes.write("running")
    use_language(job.request["language"])
    makers = {export_jobs.PACK: _pack, export_jobs.COPIES: _copies}
    try:
        if not export_jobs.theirs([job], _reader(job.request["who"])):
            raise NotAllowed
        recorder = trail.recorder_for(job.request["who"], job.request["role"], job.request["source"])
        content, facts = makers.get(export_jobs.form_of(job.request), _report)(job.request, recorder, notes)
        atomic_write.write_bytes(folder / export_jobs.FILE, content)  # first, so that a reader of `ready` finds it
        notes.write("ready", size=len(content), sha256=hashlib.sha256(content).hexdigest(), **facts)
        return 0
    except build_files.UnknownBuild:
        notes.write("refused", says=_("所要的数据版本已不再保留，没有制作。请按现在的版本重新制作。"))
    except (Refusal, job_folder.Refused) as refused:
        notes.write("refused", says=str(refused))
    except OSError:
        notes.write("refused", says=str(build_files.DiskFull()))
    return 1


def _reader(name: str) -> User:
    """The account as it is by now. Raises NotAllowed."""
    account = accounts.find(name)
    if account is None or account.is_disabled:
        raise NotAllowed
    return User(account.name, account.role, account.scope)


def _note_step(notes: job_folder.Notes, name: str) -> None:
    notes.write("running", step=name, done=assemble.STEPS.index(name), all=len(assemble.STEPS))


def _pack(request: Mapping[str, Any], recorder: trail.Recorder, notes: job_folder.Notes) -> tuple[bytes, dict[str, Any]]:
    """The assessment pack and what is noted of it."""
    step = partial(_note_step, notes)
    content, receipt = assemble.make(_figures(request), _order(request), request["options"]["seed"], recorder, step)
    name = formatting.file_name(_("考核资料包"), receipt.as_of, receipt.no, labels.word("edition", receipt.edition), ending="zip")
    return content, {"file": name, "no": receipt.no}


def _report(request: Mapping[str, Any], recorder: trail.Recorder, _notes: job_folder.Notes) -> tuple[bytes, dict[str, Any]]:
    """The report, or its slides, and what is noted of it."""
    figures, options = _figures(request), request["options"]
    villages, place = tuple(figures.villages()), options["village_id"] or None
    village = next((row["name"] for row in villages if row["village_id"] == place), "")
    typed = {name: str(options[name]) for name in ("town", "signed", "number", "addressee")}
    choices = report_data.Choices(figures.day, place, village, **typed, villages=villages)
    order = _order(request, {_("范围"): village or _("全镇")}, place)
    content, receipt = report.file(figures, choices, order, recorder)
    return content, {"file": report.file_name(choices, order.edition, order.form), "no": receipt.no}


def _copies(request: Mapping[str, Any], recorder: trail.Recorder, notes: job_folder.Notes) -> tuple[bytes, dict[str, Any]]:
    """Ledgers with their faults marked, sealed; recorded first, because they hold names. Raises OutOfScope, Refused."""
    home, village, name = build_files.home(), request["about"].get("village") or None, notes.folder.name
    row_access.Scope(repository.open_build(home), tuple(request["scope"])).require(village)
    recorder(home, "return_copies", {"village": village or "", "job": name})
    command = [*build_files.PYTHON, "checks", "return", "-", "--job", name, *(["--village", village] if village else [])]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)  # noqa: S603 — our own command; in clear in a pipe alone
    if done.returncode:
        raise job_folder.Refused((notes.folder / "log.txt").read_text("utf-8", "replace").splitlines()[-1] if done.returncode == 1 else "")
    content = _with_filled_form(done.stdout, village, recorder) if village else done.stdout
    return keys.load_key(home).seal(name, content), {"file": _("退回台账_{day}.zip").format(day=local_time.today(home))}


def _with_filled_form(archive: bytes, village: str, recorder: trail.Recorder) -> bytes:
    """Return a village's ZIP with its children ledger filled as last reported, to be corrected for the next period; recorded."""
    home, stream = build_files.home(), io.BytesIO(archive)
    recorder(home, "fill_form", {"village": village})
    content, _count = filled_form.filled(repository.open_build(home), keys.load_key(home), village, local_time.today(home))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as added:
        added.writestr(_("照上次报的填好_儿童台账.xlsx"), content)
    return stream.getvalue()


def _figures(request: Mapping[str, Any]) -> Figures:
    about = request["about"]
    return Figures(about["build"], Reader(tuple(request["scope"]), request["less"]), dt.date.fromisoformat(about["as_of"]))


def _order(request: Mapping[str, Any], filters: Mapping[str, str] | None = None, place: str | None = None) -> release_log.Order:
    about, form = request["about"], export_jobs.form_of(request)
    edition = about.get("edition", release_log.PUBLIC)  # a pack asked for before there were internal ones
    day = dt.date.fromisoformat(about["as_of"])
    return release_log.Order(about["build"], day, form, request["who"], request["role"], filters or {}, edition, place)


if __name__ == "__main__":
    safe_logging.configure()
    sys.exit(make(Path(sys.argv[1])))
