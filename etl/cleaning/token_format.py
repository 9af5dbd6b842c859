"""How a token is written (etl/deidentification/tokens.py says what it is for), so that typing can read it."""

from __future__ import annotations

import re

from warehouse.builds.raw_sheets import STAND_IN

OTHER, WRONG = f"{STAND_IN}X⟧", f"{STAND_IN}W⟧"
OWNER = "stand_in_id"  # column of a children sheet's text: the child of a row by its name, which is removed
_ENDS = re.compile(r"([0-9a-f]{20})⟧$", re.IGNORECASE)


def pseudonym_in(key: str) -> str | None:
    """Return the pseudonym in a token or in a key that ends with one; None for any other text."""
    match = _ENDS.search(key) if STAND_IN in key else None
    return match.group(1).lower() if match else None
