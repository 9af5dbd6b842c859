"""Exports that take long stand in `exports/<id>` until their reader fetches them (pages/assessment_pack/export_jobs.py), at most some days.

Swept here, because the server does so as it starts, whoever comes to it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from warehouse.storage import upload_cleanup

FOLDER = "exports"
KEPT_DAYS = 7


def sweep(home: Path) -> list[Path]:
    """Remove what stands there longer than it may; the folders removed. One at work stays."""
    gone = upload_cleanup.abandoned(home / FOLDER, KEPT_DAYS)
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return gone
