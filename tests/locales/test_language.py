"""The words in force: which language speaks, and what happens without a translation."""

import html
from contextvars import copy_context

import pytest

from locales import _, language, nearest, translate, use_language


def test_chinese_speaks_unless_another_language_is_chosen():
    assert language() == "zh_CN"
    assert _("退出登录") == "退出登录"


def test_a_choice_holds_in_its_own_run_only():
    def one_run() -> str:
        use_language("en")
        return _("退出登录")

    assert copy_context().run(one_run) == "Sign out"
    assert _("退出登录") == "退出登录"


@pytest.mark.parametrize(("tag", "spoken"), [("en", "en"), ("en_US.UTF-8", "en"), ("zh_CN", "zh_CN"), ("fr", "zh_CN")])
def test_commands_speak_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch, tag: str, spoken: str):
    monkeypatch.setenv("TONGXING_LANG", tag)
    assert (language(), nearest(tag)) == (spoken, spoken)


def test_a_message_without_a_translation_is_shown_as_written():
    assert translate("没有人翻译过的一句话", "en") == "没有人翻译过的一句话"


def test_fields_are_filled_after_the_translation():
    told = translate("已停用账号 {name}", "en").format(name="li")
    assert told == "Account li is closed"


def test_a_language_without_a_catalogue_is_refused():
    with pytest.raises(ValueError, match="fr"):
        use_language("fr")


@pytest.mark.parametrize(("count", "text"), [(1, "1 row"), (0, "0 rows"), (21, "21 rows"), ("<b>1</b>", "<b>1</b> row")])
def test_english_has_a_word_for_one_and_for_more(count, text):
    assert html.escape(translate("{count} 行", "en")).format(count=count) == text
