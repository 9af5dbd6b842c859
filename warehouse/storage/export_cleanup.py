"""Exports that take long wait in `exports/<id>` until their reader fetches them (pages/assessment_pack/export_jobs.py), at most some days.

The server sweeps them as it starts, before any reader comes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from warehouse.storage import upload_cleanup

FOLDER = "exports"
KEPT_DAYS = 7


def sweep(home: Path) -> list[Path]:
    """Remove what has waited longer than it may, and return those folders. One at work stays."""
    gone = upload_cleanup.abandoned(home / FOLDER, KEPT_DAYS)
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return gone
