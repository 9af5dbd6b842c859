"""The provider that the town has set in sign_in.toml, and which role and villages follow from what it says of somebody."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from locales import Refusal, _
from pages.access.accounts.accounts import ROLES
from warehouse import row_access
from warehouse.settings import settings
from warehouse.settings.validation import WrongSetting, quoted

FILE, SECRET = "sign_in.toml", "keys/openid.secret"  # in the data home
START, BACK = "/auth/openid", "/auth/openid/back"


class NoRole(Refusal):
    """The provider knows somebody to whom the town gives nothing; the text is the sentence for the person."""


@dataclass(frozen=True)
class Provider:
    """What sign_in.toml says; without an issuer there is no provider."""

    issuer: str
    client_id: str
    address: str
    scopes: list[str]
    prompt: str
    ca_file: str
    account_claim: str
    role_claim: str
    villages_claim: str
    local_accounts: bool
    roles: Mapping[str, str]
    villages: Mapping[str, str]
    secret: str = ""

    @property
    def back_address(self) -> str:
        """Where the provider sends people back to, never taken from a request."""
        return self.address.rstrip("/") + BACK

    def rights_of(self, claims: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Return the role and the villages that follow from the claims. Raises NoRole where there is none, or not one."""
        roles = sorted({self.roles[value] for value in _values(claims, self.role_claim) if value in self.roles})
        if not roles:
            raise NoRole(_("统一登录认得您，但没有给您的账号这里的角色，请联系管理员。"))
        if len(roles) > 1:
            raise NoRole(_("统一登录给您的账号几种角色（{roles}），请管理员只留一种。").format(roles="、".join(roles)))
        codes = [self.villages.get(value, value) for value in (_values(claims, self.villages_claim) if self.villages_claim else [])]
        if wrong := [code for code in codes if not row_access.is_code(code)]:
            raise NoRole(_("统一登录给您的村（社区）“{value}”在这里没有代码，请联系管理员。").format(value=quoted(wrong[0])))
        if not codes and (self.villages_claim or roles[0] == "village"):
            raise NoRole(_("统一登录没有给您的账号任何村（社区），请联系管理员。"))
        return roles[0], codes


def read(home: Path) -> Provider | None:
    """Return the provider of a home, None where it has none. Raises WrongSetting."""
    values = settings.sign_in(home)
    for name in ("address", "roles") if values["issuer"] else () if values["local_accounts"] else ("issuer",):
        if not values[name]:
            raise WrongSetting(f"{FILE} {name}", _("用统一登录就要写这一项"))
    for role in values["roles"].values():
        if role not in ROLES:
            says = _("没有“{role}”这种角色；可用：{roles}").format(role=quoted(role), roles="、".join(ROLES))
            raise WrongSetting(f"{FILE} [roles]", says)
    return Provider(**values, secret=_secret(home / SECRET)) if values["issuer"] else None


def _secret(path: Path) -> str:
    """The client's secret, in a file for its owner alone."""
    if not path.is_file() or not (secret := path.read_text("utf-8").strip()):
        raise WrongSetting(SECRET, _("没有这个文件，或它是空的：请把统一登录给的密钥（client secret）写在里面"))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise WrongSetting(SECRET, _("别人也能读这个文件：请改成只有运行程序的账户能读（chmod 600），并换一个密钥"))
    return secret


def _values(claims: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a claim, which may be one or a list; what is no text says nothing."""
    value = claims.get(name)
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
