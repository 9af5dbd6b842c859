"""Headings of every ledger kind in three spellings, in the order in which villages set their columns."""

from __future__ import annotations

from etl.demo.world.visits import TOPICS

_BASE = {
    "village_name": ("村(社区)", "行政村", "所属村"),
    "group_name": ("村民小组", "组", "村民小组"),
    "child_name": ("姓名", "儿童姓名", "姓名"),
    "id_number": ("身份证号", "公民身份号码", "证件号码"),
    "sex": ("性别",) * 3,
    "born_on": ("出生日期", "出生年月", "出生日期"),
    "ethnicity": ("民族",) * 3,
    "household_no": ("户号", "户编号", "户号"),
    "household_head": ("户主", "户主姓名", "户主"),
    "class_no": ("儿童类别", "困境类型", "类别"),
    "hukou_kind": ("户籍性质", "户口性质", "户籍性质"),
    "address": ("家庭住址", "现住址", "居住地址"),
    "school": ("就读学校", "学校", "就读学校"),
    "grade": ("年级",) * 3,
    "health": ("健康状况",) * 3,
    "disability_type": ("残疾类别",) * 3,
    "disability_level": ("残疾等级",) * 3,
    "disability_card_no": ("残疾证号",) * 3,
    "disability_card_until": ("残疾证有效期至",) * 3,
    "illness_name": ("患病名称",) * 3,
    "illness_cost": ("自付费用(元)",) * 3,
    "illness_year": ("费用年度",) * 3,
    "dibao_no": ("低保证号",) * 3,
    "dibao_from": ("低保享受起始时间",) * 3,
    "dibao_until": ("低保停止时间",) * 3,
    "dibao_reviewed_on": ("低保最近复核时间",) * 3,
    "father_name": ("父亲姓名",) * 3,
    "father_status": ("父亲情况", "父亲状况", "父亲情况"),
    "father_since": ("父亲情况起始时间", "父亲外出时间", "父亲情况起始时间"),
    "father_until": ("父亲情况结束时间", "父亲返回时间", "父亲情况结束时间"),
    "father_place": ("父亲务工地",) * 3,
    "mother_name": ("母亲姓名",) * 3,
    "mother_status": ("母亲情况", "母亲状况", "母亲情况"),
    "mother_since": ("母亲情况起始时间", "母亲外出时间", "母亲情况起始时间"),
    "mother_until": ("母亲情况结束时间", "母亲返回时间", "母亲情况结束时间"),
    "mother_place": ("母亲务工地",) * 3,
    "event_kind": ("困难类型",) * 3,
    "event_on": ("发生时间",) * 3,
    "reviewed_on": ("最近评估时间",) * 3,
    "guardian_name": ("监护人",) * 3,
    "guardian_relation": ("与儿童关系",) * 3,
    "guardian_phone": ("监护人电话", "联系电话", "监护人电话"),
    "listed_on": ("纳入时间", "认定时间", "纳入时间"),
    "delisted_on": ("退出时间",) * 3,
    "delist_reason": ("退出原因",) * 3,
    "remark": ("备注",) * 3,
}
_CHILD = {
    "child_name": ("儿童姓名", "姓名", "儿童姓名"),
    "id_number": ("身份证号", "身份证号码", "证件号码"),
    "village_name": ("村(社区)", "行政村", "村居"),
}
_HELPER = {"helper_name": ("帮扶人", "结对干部", "帮扶人"), "helper_no": ("家庭编号", "工号", "家庭编号")}
HEADINGS: dict[str, dict[str, tuple[str, str, str]]] = {
    "children": _BASE,
    "helpers": {
        "helper_name": ("帮扶人", "干部姓名", "结对干部"),
        "helper_no": ("家庭编号", "工号", "家庭编号"),
        "sex": ("性别",) * 3,
        "unit": ("单位", "工作单位", "单位"),
        "post": ("职务",) * 3,
        "category": ("人员类别",) * 3,
        "party_member": ("政治面貌",) * 3,
        "phone": ("联系电话",) * 3,
        "linked_village": ("联系村",) * 3,
        "joined_on": ("加入时间",) * 3,
        "left_on": ("退出时间", "调离时间", "退出时间"),
    },
    "pairings": _CHILD | _HELPER | {"started_on": ("结对时间",) * 3, "ended_on": ("解除时间",) * 3},
    "department_covers": {
        "department": ("包片部门",) * 3,
        "village_name": ("村(社区)", "行政村", "村居"),
        "class_nos": ("包片类别",) * 3,
        "started_on": ("开始时间",) * 3,
        "ended_on": ("结束时间",) * 3,
    },
    "visits": _CHILD
    | {
        "helper_name": ("帮扶人", "走访人", "帮扶人"),
        "visited_on": ("走访时间", "走访日期", "走访时间"),
        "mode": ("走访方式",) * 3,
        "topics": ("走访内容",) * 3,
        "note": ("走访情况", "情况记录", "走访情况"),
        "problem": ("发现问题",) * 3,
        "recorded_on": ("登记日期", "录入时间", "登记日期"),
    },
    "needs": _CHILD
    | {
        "category": ("问题类别",) * 3,
        "description": ("问题描述",) * 3,
        "raised_on": ("提出时间",) * 3,
        "due_on": ("办结时限",) * 3,
        "department": ("责任单位",) * 3,
        "joint_meeting": ("是否会商",) * 3,
        "resolved_on": ("办结时间",) * 3,
    },
    "trainings": {
        "held_on": ("培训时间",) * 3,
        "topic": ("培训内容",) * 3,
        "helper_name": ("帮扶人", "参训人员", "帮扶人"),
        "village_name": ("村(社区)", "行政村", "村居"),
    },
    "policy_cards": {
        "helper_name": ("帮扶人",) * 3,
        "issued_on": ("发放时间",) * 3,
        "edition": ("版本",) * 3,
        "village_name": ("村(社区)", "行政村", "村居"),
    },
    "safety_reports": _CHILD
    | {
        "found_on": ("发现时间",) * 3,
        "reported_on": ("报告时间",) * 3,
        "situation": ("情形",) * 3,
        "reported_to": ("接报单位",) * 3,
        "fed_back": ("是否反馈",) * 3,
    },
    "care_events": _CHILD | {"held_on": ("慰问时间",) * 3, "occasion": ("慰问节点",) * 3},
}
TITLES = {
    "children": "困境儿童和农村留守儿童关爱帮扶台账",
    "helpers": "爱心家庭(结对干部)台账",
    "pairings": "结对帮扶台账",
    "department_covers": "部门包片台账",
    "visits": "走访记录",
    "needs": "困难问题台账",
    "trainings": "培训记录",
    "policy_cards": "政策明白卡发放登记",
    "safety_reports": "强制报告登记",
    "care_events": "慰问活动登记",
}
_CLASS_FIELDS = {
    1: ("father_", "mother_"),
    2: ("father_", "mother_"),
    3: ("disability_", "illness_", "dibao_"),
    4: ("disability_", "dibao_", "father_name", "mother_name"),
    5: ("event_", "reviewed_on", "father_", "mother_"),
    6: ("hukou_kind", "father_", "mother_"),
}
_SPECIAL = ("hukou_kind", "disability_", "illness_", "dibao_", "father_", "mother_", "event_", "reviewed_on")
GROUPS = {"father_": "父亲情况", "mother_": "母亲情况", "disability_": "残疾情况", "dibao_": "低保情况"}
SUB_HEADINGS = {
    "name": "姓名",
    "status": "状况",
    "since": "起始时间",
    "until": "结束时间",
    "place": "务工地",
}


def children_fields(class_no: int | None) -> list[str]:
    """The fields of a children ledger, or of one class's sheet."""
    if class_no is None:
        return list(_BASE)
    own = _CLASS_FIELDS[class_no]
    return [name for name in _BASE if not name.startswith(_SPECIAL) or name.startswith(own)]


def heading(ledger: str, field: str, aliases: int, is_two_level: bool) -> tuple[str, str]:
    """(group heading or "", heading) of a field; topics of a visit are headings themselves."""
    if field in TOPICS:
        return "", field
    plain = HEADINGS[ledger][field][aliases]
    prefix = field[: field.find("_") + 1]
    if ledger != "children" or not is_two_level or prefix not in GROUPS:
        return "", plain
    return GROUPS[prefix], SUB_HEADINGS[field.removeprefix(prefix)] if prefix in ("father_", "mother_") else plain
