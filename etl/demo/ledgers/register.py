"""The town's register of villages and its map, as the town itself keeps them: tidy."""

from __future__ import annotations

import json
from pathlib import Path

from etl.demo.ledgers.sheets import Sheet
from etl.demo.ledgers.writers import write_book
from etl.demo.world.model import Village

HEADINGS = [
    "区划代码",
    "村(社区)名称",
    "别名",
    "类型",
    "联系单位",
    "是否重点帮扶村",
    "经度",
    "纬度",
    "儿童主任",
    "儿童主任电话",
]


def write_register(folder: Path, villages: list[Village]) -> Path:
    """村居名册.xlsx, one row per village."""
    rows = [HEADINGS] + [
        [
            village.code,
            village.name,
            "、".join(village.aliases),
            village.kind,
            village.linked_unit,
            "是" if village.is_key else "否",
            village.longitude,
            village.latitude,
            village.director,
            village.director_phone,
        ]
        for village in villages
    ]
    path = folder / "村居名册.xlsx"
    write_book(path, [Sheet("村居名册", rows)])
    return path


def write_map(folder: Path, villages: list[Village], rings: list[list[tuple[float, float]]]) -> Path:
    """villages.geojson, one polygon per village."""
    features = [
        {
            "type": "Feature",
            "properties": {"village_code": village.code, "name": village.name},
            "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in ring]]},
        }
        for village, ring in zip(villages, rings, strict=True)
    ]
    path = folder / "villages.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8")
    return path
