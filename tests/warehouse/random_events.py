"""Random helpers, pairings, covers, visits, needs, care, trainings, cards and reports of a town, as cells."""

import datetime as dt

from tests.warehouse.random_people import VILLAGES, Child, Ledger, Town, any_day, maybe_day, seldom, spelled

_REF = ["序号", "姓名", "身份证号", "村(社区)"]
_MODES = ["入户", "入户", "到校", "电话", "某种", ""]
_HELPERS = [("赵帮", "H1", "女"), ("钱扶", "H2", "男"), ("孙助", "H3", "女"), ("钱扶", "H4", "男")]


def add(chance, town: Town, children: list[Child], days: list[dt.date]) -> None:
    """Ledgers of all that happens to the children, named in one ledger or in several."""
    for day in days:
        _ledger(town, chance.choice(list(VILLAGES)), day, "爱心家庭台账", _HELPER_HEAD, _helpers(chance))
    told = [[kind, *_event(chance, kind, children)] for kind in _HEADS for _ in range(chance.randint(0, _MOST[kind]))]
    for day in days:
        for kind, head in _HEADS.items():
            for village in VILLAGES:
                own = [row for of, place, row in told if of == kind and place == village and not seldom(chance, 3)]
                twice = [_thinned(chance, row, head) for row in own if seldom(chance, 4)]
                _ledger(town, village, day, kind, head, own + twice)


_HELPER_HEAD = ["序号", "帮扶人", "家庭编号", "性别", "单位", "人员类别", "加入时间", "退出时间"]
_HEADS = {
    "结对帮扶台账": [*_REF, "帮扶人", "家庭编号", "结对时间", "解除时间"],
    "部门包片台账": ["序号", "包片部门", "村(社区)", "包片类别", "开始时间", "结束时间"],
    "走访记录": [*_REF, "帮扶人", "走访时间", "走访方式", "走访情况", "发现问题", "登记日期"],
    "困难问题台账": [*_REF, "问题类别", "提出时间", "办结时限", "办结时间"],
    "慰问活动": [*_REF, "慰问节点", "慰问时间"],
    "强制报告登记": [*_REF, "发现时间", "报告时间", "情形", "接报单位", "是否反馈"],
    "培训记录": ["序号", "帮扶人", "培训时间"],
    "明白卡发放": ["序号", "帮扶人", "发放时间"],
}
_MOST = dict.fromkeys(_HEADS, 4) | {"结对帮扶台账": 12, "走访记录": 20, "困难问题台账": 8}
_MAY_BE_LEFT_OUT = ("解除时间", "结束时间", "办结时限", "办结时间", "报告时间", "是否反馈", "登记日期")


def _ledger(town: Town, village: str, day: dt.date, kind: str, head: list[str], rows: list[list]) -> None:
    """A sheet with numbered rows, if it has any."""
    if rows:
        numbered = [[at, *row] for at, row in enumerate(rows, 1)]
        town.ledgers.append(Ledger(f"{village}{kind}_{day:%Y%m%d}.xlsx", kind, [[kind], head], numbered, day))


def _thinned(chance, row: list, head: list[str]) -> list:
    """The same row again, without some of what may be left out."""
    return ["" if name in _MAY_BE_LEFT_OUT and chance.randint(0, 1) else cell for name, cell in zip(head[1:], row, strict=True)]


def _helpers(chance) -> list[list]:
    """Rows of a helpers' ledger; a helper may stand in it twice, once with less."""
    rows = []
    for name, number, sex in _HELPERS:
        full = [name, number, sex, "镇财政所", chance.choice(["镇干部职工", "村两委", "热心人", ""])]
        full += [
            spelled(chance, maybe_day(chance, 2022, 2023)),
            spelled(chance, any_day(chance, 2024, 2025) if seldom(chance, 4) else None),
        ]
        rows += [full] * chance.choice([0, 1, 1, 1])
        rows += [[name, number, "", "", "", "", ""]] * chance.choice([0, 0, 1])
    return rows


def _event(chance, kind: str, children: list[Child]) -> tuple[str, list]:
    """A village and a row of one kind, without its number."""
    child, helper = chance.choice(children), chance.choice(_HELPERS)
    village = chance.choice([*child.villages, *child.villages, *VILLAGES])
    who = chance.choice([[child.name, child.number], [child.name, ""], [child.name, child.number], ["无此人", ""]])
    ref = [*who, chance.choice([village, village, ""])]
    on = any_day(chance, 2023, 2025)

    def day(value: dt.date | None = on):
        return spelled(chance, value)

    def later():
        return day(on + dt.timedelta(chance.randint(0, 400)) if chance.randint(0, 1) else None)

    rows = {
        "结对帮扶台账": lambda: [*ref, helper[0], chance.choice([helper[1], ""]), day(None if seldom(chance) else on), later()],
        "部门包片台账": lambda: ["镇民政办", village, chance.choice(["4-6", "5", "4、6", "某类"]), day(), later()],
        "走访记录": lambda: [*ref, helper[0], day(), chance.choice(_MODES), "看望了孩子和老人家", chance.choice(["", "缺课本"]), later()],
        "困难问题台账": lambda: [*ref, chance.choice(["经济困难", "其他", "某某"]), day(), later(), later()],
        "慰问活动": lambda: [*ref, chance.choice(["春节", "儿童节", "生日", "某节"]), day()],
        "强制报告登记": lambda: [*ref, day(), later(), "走失", "派出所", chance.choice(["是", "否", ""])],
        "培训记录": lambda: [chance.choice([helper[0], "赵帮、孙助", "无此人"]), day()],
        "明白卡发放": lambda: [helper[0], day()],
    }
    return village, rows[kind]()
