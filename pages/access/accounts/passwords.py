"""Which passwords will do, after NIST SP 800-63B: length and what attackers guess first; no rules about kinds of characters.

Two lengths (revision 4, 3.1.1.2): the password that is the only factor has 15 characters or more. A first password, given by
an administrator, opens nothing but the page that replaces it and may have 8.
"""

import unicodedata

from zxcvbn import zxcvbn

from locales import _

FIRST_LENGTH, OWN_LENGTH, LONGEST = 8, 15, 256
# zxcvbn's estimate: 2 means more than a million guesses (29 years of the sign-in's waits), 3 beyond a hundred million.
FIRST_SCORE, OWN_SCORE = 2, 3
# Words of this service, which an attacker tries first.
OUR_WORDS = ["tongxing", "同行", "guanai", "关爱", "ertong", "儿童", "jiedui", "结对", "kanban", "mima", "denglu"]
_LOOKED_AT = 72  # zxcvbn takes seconds for hundreds of characters; what begins well needs no more looking


def as_typed(password: str) -> str:
    """One form for the same characters typed on different keyboards (NIST SP 800-63B: normalise before hashing)."""
    return unicodedata.normalize("NFKC", password)


def weakness(name: str, typed: str, is_own: bool) -> str:
    """Why a password in its `as_typed` form will not do for this account, as a sentence; empty when it will."""
    shortest = OWN_LENGTH if is_own else FIRST_LENGTH
    if not shortest <= len(typed) <= LONGEST:
        return _("密码须有 {shortest} 至 {longest} 个字符").format(shortest=shortest, longest=LONGEST)
    if len(name) > 2 and name in typed.casefold():
        return _("密码中不能含有账号名")
    estimate = zxcvbn(typed[:_LOOKED_AT], user_inputs=[name, *OUR_WORDS])
    if estimate["score"] < (OWN_SCORE if is_own else FIRST_SCORE):
        return _("这个密码太常见，容易被猜中；请换一个")
    return ""
