"""The manual of one's role is there without the repository, with its pictures."""

import re

import pytest

from tests.conftest import ROOT
from tests.pages.test_pages import spoken


@pytest.mark.parametrize("role", ["leader", "centre", "reviewer"])
def test_a_role_reads_its_own_manual_with_every_heading_and_picture(role, opened):
    app = opened("manual", role=role)
    text = (ROOT / "docs" / "manuals" / f"{role}.md").read_text(encoding="utf-8")
    told = spoken(app)
    headings, pictures = re.findall(r"^## (.+)$", text, re.MULTILINE), re.findall(r"^!\[(.+)\]\(", text, re.MULTILINE)
    assert [heading for heading in headings if heading not in told] == []
    shown = re.findall(r'<img alt="([^"]+)" src="data:image/png;base64,\w', told)
    assert ([part.value for part in app.exception], shown) == ([], pictures)


def test_in_english_it_says_that_it_is_chinese(opened):
    assert "Chinese" in opened("manual", language="en").info[0].value
