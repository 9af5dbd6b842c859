"""The words an invented town is made of: places, people, numbers. No place, code or telephone number here is in use."""

from __future__ import annotations

import datetime as dt
import random

TOWN = "霁溪镇"
COUNTY_CODE = "659902"
TOWN_CODE = COUNTY_CODE + "103"
VILLAGES = (
    "松涧 竹坞 杏坡 石碾 荷湾 桂岭 桑垄 茶垭 榆岗 梨沟 鹭洲 桐花 芦汀 枣台 麦坪 泉眼 雁塘 葛坳 棠溪 柿园 "
    "槐荫 沙枣 椿湾 藕塘 苇泊 砚池 鹤皋 岚谷 丹崖 碧潭 银杏 禾塬 菱角 橡岭 稻香 翠屏 晒谷 窑湾 磨盘 栗坡"
).split()
SURNAMES = list(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻苏潘葛范彭鲁韦马方任袁柳唐薛雷贺汤罗毕郝安常傅卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛米贝明戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季"
)
BOYS = (
    "子轩 浩然 宇航 俊杰 晨阳 家豪 博文 思源 明哲 立新 永强 云飞 志远 景行 天佑 文博 长青 小军 建国 远山 "
    "梓睿 嘉树 一鸣 承志 星河 海川 沐阳 致远 乐天 书衡 亦辰 奕涵 卓然 泽宇 睿哲 柏霖 凯旋 江涛 向明 雨泽"
).split()
GIRLS = (
    "梓涵 欣怡 诗琪 雨桐 若曦 紫萱 可馨 静姝 思雨 婉清 采薇 知秋 晓燕 春梅 清欢 语嫣 沐晴 书瑶 念慈 小满 "
    "嘉禾 听雪 初夏 令仪 疏影 如意 安然 芷若 佳宁 梦瑶 乐怡 锦书 星语 婧雯 若兰 诗涵 玥彤 心悦 映红 月华"
).split()
MEN = (
    "建华 志勇 国强 卫东 文军 德明 光荣 向阳 立群 学文 永红 长林 春生 大为 新民 树森 广田 正义 守诚 启明 "
    "海波 宏伟 庆丰 福来 金山 满仓 世昌 友谅 耀宗 兴旺 保田 怀远 仲达 克勤 维新 家声 伯年 敬之 有余 和平"
).split()
WOMEN = (
    "秀英 桂芳 玉兰 淑芬 红梅 素珍 丽娟 金凤 美玲 翠萍 海燕 桂花 春兰 爱华 慧敏 秋菊 月娥 彩云 文静 兰香 "
    "冬梅 凤英 巧云 雅琴 惠芳 晓玲 瑞珍 巧珍 翠莲 素云 银花 香莲 春桃 玉珍 菊香 云霞 霞光 燕萍 琴芳 梅香"
).split()
TOWN_UNITS = [f"{TOWN}人民政府", "镇社会事务办", "镇农业服务中心", "镇卫生院", "镇中心小学", "镇党群办", "镇财政所"]
COUNTY_UNITS = ["县民政局", "县教育局", "县妇联", "县残联", "县司法局", "县卫健局", "县农业农村局"]
PLACES = ["浙江省宁波市", "广东省东莞市", "江苏省苏州市", "福建省泉州市", "四川省成都市", "上海市", "湖北省武汉市"]
ETHNICITIES = ["汉族"] * 17 + ["回族", "苗族", "土家族"]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(body: str) -> str:
    """The 18th digit of an ID number from its first 17 (GB 11643, ISO 7064 MOD 11-2): 0–9 or X."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def id_number(rng: random.Random, village_no: int, born_on: dt.date, sex: str, taken: set[str]) -> str:
    """An unused ID number whose birth date and sex (17th digit odd = 男) are right."""
    while True:
        sequence = f"{village_no % 10}{rng.randrange(10)}{rng.randrange(5) * 2 + (sex == '男')}"
        body = f"{COUNTY_CODE}{born_on:%Y%m%d}{sequence}"
        if body not in taken:
            taken.add(body)
            return body + check_digit(body)
        village_no += 1


def phone(rng: random.Random) -> str:
    """An eleven-digit number of the block 1990000xxxx that no one has."""
    return f"1990000{rng.randrange(10000):04d}"


def adult(rng: random.Random, sex: str, surname: str | None = None) -> str:
    """An adult's name."""
    return (surname or rng.choice(SURNAMES)) + rng.choice(MEN if sex == "男" else WOMEN)


def unused(rng: random.Random, taken: set[str], surname: str | None, given: list[str]) -> str:
    """A name that is not among `taken`, which it joins; a third character makes more where all are used."""
    for attempt in range(400):
        name = (surname or rng.choice(SURNAMES)) + rng.choice(given)
        if attempt > 60:
            name = name[:1] + rng.choice(given)[0] + rng.choice(given)[-1]
        if name not in taken:
            taken.add(name)
            return name
    return name
