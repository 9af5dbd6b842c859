"""Why a pairing does not conform: seen beside the child, beside its village, with what mends it."""

from pages.text import pairing_faults


def child(village="v", household="h", **faults):
    columns = dict.fromkeys(("has_girl_without_female_helper", "has_siblings_split", "has_helper_outside_circle"), False)
    return {"village_id": village, "household_id": household, "is_covered": True, "is_conforming": not faults} | columns | faults


SPLIT = [child(household=household, has_siblings_split=True) for household in "aabb"]


def test_siblings_are_counted_with_their_households():
    assert pairing_faults.why([*SPLIT, child()]) == "同一家庭的儿童没有共同的帮扶家庭 4 名（2 户）"


def test_a_child_with_two_faults_is_told_both_and_what_mends_each():
    both = child(has_girl_without_female_helper=True, has_helper_outside_circle=True)
    assert pairing_faults.reasons(both) == ["8 周岁以上女童没有女性帮扶人", "帮扶人不属于方案规定的三类人员"]
    assert [text.partition("。")[2] for text in pairing_faults.remedies([both])] == [
        "请原则上安排女性干部职工结对，并在结对台账里登记。",
        "请核对爱心家庭台账里的人员类别，或另行安排。",
    ]


def test_an_uncovered_child_has_no_fault_of_pairing():
    assert pairing_faults.why([child(has_siblings_split=True) | {"is_covered": False}]) == ""


def test_each_village_has_its_own():
    assert pairing_faults.by_village([child("v"), *SPLIT, child("w", has_helper_outside_circle=True)]) == {
        "v": "同一家庭的儿童没有共同的帮扶家庭 4 名（2 户）",
        "w": "帮扶人不属于方案规定的三类人员 1 名",
    }
