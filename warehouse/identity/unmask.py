"""The one way from a pseudonym to a name: written to the audit trail with its reason before anything is unsealed."""

import json
from collections.abc import Sequence
from pathlib import Path

from locales import N_, Refusal
from warehouse.audit import trail
from warehouse.builds.repository import Build
from warehouse.storage import keys

SHORTEST_REASON, LONGEST_REASON = 4, 100


class NoReason(Refusal, ValueError):
    """A name was asked for without saying why."""

    says = N_("请写明查看的原因（至少 {shortest} 个字），原因会记入操作记录。")


def stated(reason: str) -> str:
    """Return a reason as it is recorded. Raises NoReason for one that says nothing."""
    why = " ".join(reason.split())
    if len(why) < SHORTEST_REASON:
        raise NoReason(shortest=SHORTEST_REASON)
    return why[:LONGEST_REASON]


def unmask(
    home: Path, build: Build, person_id: str, fields: Sequence[str], reason: str, recorder: trail.Recorder, kind: str = "child"
) -> dict[str, str]:
    """The fields of one "child" or "helper" in clear, by field, as the newest ledgers state them; empty where the build has no such person.

    Raises NoReason, audit.NotRecorded (nothing was unsealed then), identities.KeyMissing, KeyMalformed, WrongKey.
    """
    why = stated(reason)
    sealed = build.rows("select sealed from identities where kind = $kind and person_id = $person", {"kind": kind, "person": person_id})
    if not sealed or not fields:
        return {}
    recorder(home, "unmask", {kind: person_id, "fields": " ".join(fields), "reason": why})
    identity = json.loads(keys.load_key(home).unseal(f"{kind}:{person_id}", bytes(sealed[0]["sealed"])))
    return {field: identity[field] for field in fields if identity.get(field)}
