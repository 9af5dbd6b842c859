"""A town's own words for headings: `aliases.toml` in the data home, which a person may add to without touching the code.

One table per ledger (儿童台账, or its code), one line per form heading (or field) with the words that mean the same:
    ["儿童台账"]
    "监护人电话" = ["监护人手机", "家长电话"]

A load takes the file over into what is remembered (etl/forms/layouts.py), where a page shows it, and keeps it under another name.
The words that every town's headings are known by stand in the form of each ledger: children.toml and its neighbours.
"""

import datetime as dt
import hashlib
import json
import tomllib
from pathlib import Path

from etl.forms import forms, layouts
from locales import Refusal, _
from warehouse.settings import local_time

FILE = "aliases.toml"
Aliases = dict[str, dict[str, list[str]]]


class WrongAliases(Refusal, ValueError):
    """The file cannot be used."""


def read(home: Path) -> Aliases:
    """Return ledger code → field → further words for its heading: those remembered and those of the file. Raises WrongAliases."""
    aliases = _of_file(home)
    for entry in layouts.entries(home).values():
        if isinstance(entry, layouts.Heading):
            words = aliases.setdefault(entry.ledger, {}).setdefault(entry.field, [])
            words += [] if entry.heading in words else [entry.heading]
    return aliases


def use_words(home: Path | None) -> tuple[Aliases, dict[str, layouts.Entry]]:
    """Read tables and cells in this process by the words and layouts of a home, which are returned; by none but the program's without a home."""
    aliases, answers = (read(home), layouts.entries(home)) if home else ({}, {})
    forms.set_aliases(aliases)
    layouts.use(answers)
    return aliases, answers


def take_over(home: Path) -> str:
    """Remember the headings of the file, once, and keep it under another name; return what to say of it, "" without a file."""
    rows = [(ledger, field, word) for ledger, of_ledger in _of_file(home).items() for field, words in of_ledger.items() for word in words]
    if not (home / FILE).exists():
        return ""
    layouts.keep(home, *(layouts.Heading(*row, by=FILE) for row in rows))
    name = f"aliases-{dt.datetime.now(local_time.zone(home)):%Y%m%dT%H%M%S}.toml"
    (home / FILE).rename(home / name)
    sentence = _("{file} 里的 {count} 个表头已记到“表样与词语”，以后在那一页查看和撤回；原文件改名为 {name} 保留")
    return sentence.format(file=FILE, count=len(rows), name=name)


def _of_file(home: Path) -> Aliases:
    try:
        text = (home / FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise WrongAliases(_("{file}：请存为 UTF-8 编码").format(file=FILE)) from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongAliases(_("{file} 写法有误（{where}）；请对照 README 里的例子").format(file=FILE, where=error)) from error
    forms.set_aliases({})  # words are compared with the project's own, not with earlier aliases
    return {form.ledger: _of_ledger(form, table) for form, table in ((_form(name), table) for name, table in tables.items())}


def digest(aliases: Aliases) -> str:
    """Return 8 hex digits that identify the content of the file."""
    return hashlib.sha256(json.dumps(aliases, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def _form(name: str) -> forms.Form:
    for form in forms.forms().values():
        if name == form.ledger or forms.plain(name) in map(forms.plain, form.titles):
            return form
    names = "、".join(form.titles[0] for form in forms.forms().values())
    raise WrongAliases(_("{file}：没有名为“{name}”的台账，可用的有：{names}").format(file=FILE, name=name, names=names))


def _of_ledger(form: forms.Form, table: object) -> dict[str, list[str]]:
    if not isinstance(table, dict):
        raise WrongAliases(_('{file}：“{name}”应是一节，写成 ["{name}"]').format(file=FILE, name=form.titles[0]))
    aliases: dict[str, list[str]] = {}
    for heading, words in table.items():
        field = heading if heading in form.fields else form.aliases.get(forms.plain(heading))
        if field is None:
            sentence = _("{file}：{ledger}没有“{heading}”这一项；请写载入报告或模板里的表头")
            raise WrongAliases(sentence.format(file=FILE, ledger=form.titles[0], heading=heading))
        aliases.setdefault(field, []).extend(_words(form, heading, field, words))
    return aliases


def _words(form: forms.Form, heading: str, field: str, words: object) -> list[str]:
    """Return the words of one line; a word that already means another field is refused."""
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise WrongAliases(_('{file}：“{heading}”后面应是一组词，写成 ["词一", "词二"]').format(file=FILE, heading=heading))
    for word in words:
        if form.aliases.get(forms.plain(word), field) != field:
            sentence = _("{file}：“{word}”在{ledger}里已经是另一项，不能再作“{heading}”的别名")
            raise WrongAliases(sentence.format(file=FILE, word=word, ledger=form.titles[0], heading=heading))
    return list(words)
