"""The commands that look after what is kept of people: `rotate-key`, and `deidentify` (etl/deidentify.py does that work)."""

from __future__ import annotations

import argparse

from warehouse import builds, identities, rotation


class NotDone(Exception):
    """Nothing was changed; the text is the sentence for the person."""


REFUSALS = (
    NotDone,
    builds.DiskFull,
    identities.KeyMissing,
    identities.KeyMalformed,
    identities.WrongKey,
    identities.WrongNewKey,
)


def add_commands(commands: argparse._SubParsersAction) -> None:
    """The two commands and their words."""
    rotating = commands.add_parser("rotate-key", help="seal names and originals anew by a new key; pseudonyms stay")
    rotating.set_defaults(answer=_rotate)


def record(act: str, about: str) -> None:
    """Where the trail is told, before anything is done: `act` is key_rotated or deidentified, `about` counts and build ids only.

    The trail itself (warehouse/audit.py) is wired in here and nowhere else.
    """


def _rotate(_told: argparse.Namespace) -> list[dict]:
    """Rotate; the builds with their new names."""
    from locales import _

    fresh = rotation.proposed()
    if fresh:
        print(fresh)
        says = _("还没有更换。请把上面的值好好保存，设为环境变量 {new}（{now} 先留着），再运行一次。")
        raise NotDone(says.format(new=identities.NEXT, now=identities.NOW))
    record("key_rotated", builds.published(builds.home()) or "")
    done = rotation.rotate(builds.home())
    if identities.from_environment(identities.NOW):
        says = _("已更换。现在请把 {now} 设为 {new} 的值，去掉 {new}，然后重新启动看板。")
        print(says.format(new=identities.NEXT, now=identities.NOW))
    else:
        print(_("已更换密钥，旧密钥已删除。以前的备份仍用旧密钥封存，请一并换成新的备份。"))
    return done
