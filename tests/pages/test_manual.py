"""The manuals speak of what is there: pages, buttons, pictures, links; a page's help leads to its section; each role has a quick card."""

import html
import re
import tomllib
from functools import cache

import pytest

import locales
from checks import returned_copies
from pages.access import ROLES, rights
from pages.summaries import manuals
from pages.text import labels
from tests.conftest import ROOT
from tests.locales import extract
from tests.pages.test_pages import spoken

MANUALS = [(role, language) for role in ROLES for language in locales.LANGUAGES]
PICTURE = re.compile(r"^!\[(.+)\]\((.+)\)$", re.MULTILINE)
every_manual = pytest.mark.parametrize(("role", "language"), MANUALS)


def text_of(role, language):
    return (manuals.folder(language) / f"{role}.md").read_text(encoding="utf-8")


def pages_of(role):
    """The pages that a role may open, but for the manual itself."""
    return {page for page, roles in rights.table()["pages"].items() if role in roles} - {"manual"}


def strings(value):
    """Every text in a file of data."""
    if isinstance(value, str):
        return [value]
    return [
        text for each in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()) for text in strings(each)
    ]


@cache
def texts_of_program(language):
    """What the program says in a language: its catalogue, and the files that have both languages side by side."""
    catalogue = extract.read(locales.catalogue_path(language), language)
    texts = [str(entry.string) for entry in catalogue] + [returned_copies.LIST]
    for package in ("pages", "checks", "warehouse", "etl"):
        for path in (ROOT / package).rglob("*.toml"):
            texts += strings(tomllib.loads(path.read_text(encoding="utf-8")))
    return {text.strip() for text in texts}


def is_said(name, language):
    """Whether the program says this, alone or before what differs from one time to the next."""
    return any(text == name or (text.startswith(name) and re.match(r"\W|_", text[len(name) :])) for text in texts_of_program(language))


@every_manual
def test_every_name_in_quotes_is_one_that_the_program_uses(role, language):
    names = set(re.findall("“([^”]+)”", text_of(role, language)))
    assert names and sorted(name for name in names if not is_said(name, language)) == []


def test_a_name_that_the_program_does_not_use_is_noticed():
    assert [is_said(name, "zh_CN") for name in ("载入台账", "制作标好问题的台账", "载入台帐", "载入台")] == [True, True, False, False]


@every_manual
def test_a_page_that_is_named_is_one_that_the_reader_may_open(role, language):
    titles = {title: page for page, title in labels.words("pages", language).items()}
    named = {titles[name] for name in re.findall("“([^”]+)”", text_of(role, language)) if name in titles}
    assert named - pages_of(role) == set()


@every_manual
def test_every_page_of_a_role_has_its_section_and_every_section_one_name(role, language):
    _introduction, sections = manuals.read(role, language)
    names = [name for section in sections for name in section.names]
    assert (len(names), pages_of(role) - set(names)) == (len(set(names)), set())
    assert names == [name for section in manuals.read(role, "zh_CN")[1] for name in section.names]
    assert text_of(role, language).count("\n## ") == len(sections)  # none stands there without a name


@every_manual
def test_every_picture_and_every_link_leads_somewhere(role, language):
    text = text_of(role, language)
    pictures = [path.rpartition("/")[2] for _caption, path in PICTURE.findall(text)]
    assert [path for _caption, path in PICTURE.findall(text) if not (manuals.folder(language) / path).is_file()] == []
    assert pictures == [path.rpartition("/")[2] for _caption, path in PICTURE.findall(text_of(role, "zh_CN"))]
    for other, name in re.findall(r"(?<!!)\[[^\]]+\]\((?:(\w+)\.md)?#([\w-]+)\)", text):
        assert f'<a id="{name}"></a>' in text_of(other or role, language)
    assert len(re.findall(r"(?<!!)\[[^\]]+\]\(", text)) == len(re.findall(r"(?<!!)\[[^\]]+\]\((?:\w+\.md)?#", text))


@every_manual
def test_a_quick_card_has_five_tasks_and_says_whom_to_ask(role, language):
    locales.use_language(language)
    card = manuals.card(role, language)
    _introduction, sections = manuals.read(role, language)
    assert (card.count("<li>"), sections[-1].brief in card, "**" in card, "](" in card) == (5, True, False, False)
    longest = 110 if language == "zh_CN" else 290  # as much as an A4 sheet holds; tests/browser/test_printing.py prints one
    assert [section.title for section in sections[:5] if len(section.brief) > longest] == []


@pytest.mark.parametrize(("role", "language"), [("village", "zh_CN"), ("admin", "en"), ("centre", "zh_CN")])
def test_a_role_reads_its_own_manual_with_every_section_and_picture(role, language, opened):
    app = opened("manual", role=role, language=language, page=sorted(pages_of(role))[0]).run()
    says, text = spoken(app), text_of(role, language)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [heading for at, heading in enumerate(headings, 1) if f">{at}. {html.escape(heading)}</h2>" not in says] == []
    pictures = re.findall(r'<img alt="([^"]+)" width="\d+" height="\d+" src="data:image/png;base64,\w', says)
    assert ([part.value for part in app.exception], pictures) == ([], [caption for caption, _path in PICTURE.findall(text)])
    assert f'getElementById("{sorted(pages_of(role))[0]}").scrollIntoView()' in says


def test_nothing_of_the_address_that_is_no_section_reaches_the_page(opened):
    assert "scrollIntoView" not in spoken(opened("manual", page='x"); alert(1); ("').run())


def test_another_role_s_manual_and_its_card_are_one_choice_away(opened):
    says = spoken(opened("manual", of="village", part="card").run())
    assert ('class="quick-card"' in says, "报送记录" in says) == (True, True)


@pytest.mark.parametrize(("name", "role"), [("coverage", "leader"), ("quality", "village"), ("overview", "centre"), ("backup", "admin")])
def test_the_help_of_a_page_leads_to_its_section(name, role, opened):
    assert f'href="manual?page={name}&amp;lang=zh_CN" target="_blank"' in spoken(opened(name, role=role))


def test_the_manual_itself_has_no_help(opened):
    assert "manual?page=manual" not in spoken(opened("manual"))
