"""The catalogue: every code of the findings document, sentences in both languages, the same fields in both."""

import string

import pytest

from checks.catalogue import SEVERITIES, catalogue, sentence, words

# Code and severity as the document on findings gives them.
CODES = {
    "critical": "birth_in_future column_gone end_before_start table_asked word_unknown_decides file_unreadable file_protected file_hostile village_unknown id_number_damaged id_number_invalid id_number_shared"
    " child_in_two_villages vanished eligibility_expired uncovered_family report_late",
    "warning": "known_by_name_only listed_after_first_named sheet_unrecognised boundary_faulty reporting_day_missing total_mismatch missing_required cell_error date_impossible value_unknown"
    " birth_contradicts_id sex_contradicts_id duplicate_row reference_unresolved card_contradicts eligibility_unverified"
    " belongs_in_class_1 belongs_in_class_3 dibao_review_overdue uncovered girl_without_female_helper siblings_split"
    " helper_outside_circle helper_left visits_behind visit_in_future visit_before_listing visit_after_delisting need_overdue"
    " annual_update_missing",
    "info": "heading_unknown date_ambiguous phone_invalid eligibility_ends_soon training_missing card_missing",
}


def fields(text):
    """Named fields of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_catalogue_holds_every_code_with_its_severity_and_no_other():
    assert {code: rule.severity for code, rule in catalogue().items()} == {
        code: level for level in SEVERITIES for code in CODES[level].split()
    }


@pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.code)
def test_every_rule_speaks_both_languages_with_the_same_fields_and_names_its_plan_section(rule):
    assert fields(rule.says["zh"]) == fields(rule.says["en"])
    assert all(rule.says.values()) and all(rule.remedy.values()) and rule.plan


def test_no_sentence_calls_a_child_a_case_or_a_village_a_failure():
    told = " ".join(text for rule in catalogue().values() for text in (*rule.says.values(), *rule.remedy.values()))
    assert [word for word in ("不合格", "问题儿童", " case", "failed village") if word in told] == []


def test_a_sentence_is_filled_from_the_finding_and_lacks_nothing_loudly(monkeypatch):
    finding = {"code": "eligibility_expired", "class_no": 4, "detail": "dibao_ended"}
    assert sentence(finding)[0] == "其他低保家庭儿童的资格已过期：低保已停止"
    monkeypatch.setenv("TONGXING_LANG", "en")
    assert sentence({"code": "total_mismatch"})[0] == "The total differs from the rows counted (total / rows: —)"


def test_every_reason_of_eligibility_has_words():
    reasons = (
        "birth_date_missing age_limit parent_status_contradicts parent_status_missing parent_status_ended parent_combination"
        " term_under_6_months dibao_missing dibao_ended disability_card_expired illness_year_passed severity_not_shown event_missing"
        " review_overdue not_rural away_under_3_months parent_returned parent_at_home"
    )
    assert [reason for reason in reasons.split() if reason not in words()] == []
