"""How a stand-in is written (etl/deidentification/tokens.py says what it is for); beside it, so that typing can read one."""

from __future__ import annotations

import re

from warehouse.builds.raw_sheets import STAND_IN

OTHER, WRONG = f"{STAND_IN}X⟧", f"{STAND_IN}W⟧"
OWNER = "stand_in_id"  # column of a children sheet's text: who a row is by its name, which is taken away
_ENDS = re.compile(r"([0-9a-f]{20})⟧$", re.IGNORECASE)


def pseudonym_in(key: str) -> str | None:
    """The pseudonym in a stand-in or in a key that ends with one; None for any other text."""
    told = _ENDS.search(key) if STAND_IN in key else None
    return told.group(1).lower() if told else None
