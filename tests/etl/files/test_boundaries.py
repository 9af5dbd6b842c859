"""Boundaries by their bytes: what is taken as which village's area, and the reason of all that is not."""

import json
import tracemalloc

import pytest
from shapely.geometry import shape

from etl.files import boundaries
from etl.sheets import reader_pool

LIU, SHI = "659903201001", "659903201002"
REGISTER = {LIU: (105.02, 30.02), SHI: (105.06, 30.02)}
RING = [[105.0, 30.0], [105.04, 30.0], [105.04, 30.04], [105.0, 30.04], [105.0, 30.0]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}


def moved(by, ring=RING):
    """A ring further east."""
    return [[x + by, y] for x, y in ring]


def feature(geometry, code=LIU):
    """A feature as programs for maps write it."""
    return {"type": "Feature", "properties": {"village_code": code}, "geometry": geometry}


def content(*features, **more):
    """Bytes of a file of features."""
    return json.dumps({"type": "FeatureCollection", "features": features} | more).encode()


def usable(*features, **more):
    """(areas by village, faults) of features, as a load takes them."""
    return boundaries.usable(boundaries.read_geojson(content(*features, **more)), REGISTER)


def areas(taken):
    """Square hundredths of a degree by village."""
    return {code: round(shape(json.loads(text)).area * 1e4, 2) for code, text in taken.items()}


def test_a_boundary_is_taken_as_it_is_written():
    taken, faults = usable(feature(SQUARE))
    assert (json.loads(taken[LIU]), faults) == (SQUARE, [])


@pytest.mark.parametrize("code", [int(LIU), float(LIU), f" {LIU} ", f"{LIU}.0"])
def test_a_code_may_be_a_number_as_programs_for_maps_write_it(code):
    assert [*usable(feature(SQUARE, code))[0]] == [LIU]


COLLECTION = {"type": "GeometryCollection", "geometries": [SQUARE, {"type": "Point", "coordinates": [105.0, 30.0]}]}
BOW_TIE = [[105.0, 30.0], [105.04, 30.04], [105.04, 30.0], [105.0, 30.04], [105.0, 30.0]]


@pytest.mark.parametrize(
    ("geometry", "area"),
    [
        (COLLECTION, 16),
        ({"type": "GeometryCollection", "geometries": [COLLECTION]}, 16),
        ({"type": "MultiPolygon", "coordinates": [[RING], [moved(0.02)]]}, 24),
        ({"type": "Polygon", "coordinates": [BOW_TIE]}, 8),
        ({"type": "Polygon", "coordinates": [RING[:-1]]}, 16),
        ({"type": "Polygon", "coordinates": [[[*point, 210.5] for point in RING]]}, 16),
    ],
    ids=["collection", "nested", "overlapping", "bow tie", "open", "heights"],
)
def test_the_polygons_of_a_shape_are_its_area(geometry, area):
    taken, faults = usable(feature(geometry))
    assert (areas(taken), faults) == ({LIU: area}, [])


def test_shapes_of_one_code_are_united_and_said_to_be():
    other = {"type": "Polygon", "coordinates": [moved(0.02)]}
    taken, faults = usable(feature(SQUARE), feature(other), feature(None))
    assert (areas(taken), faults) == ({LIU: 24}, [("boundary_given_twice", LIU)])


METRES = [[x * 1e5, y * 1e5] for x, y in RING]
FAR = moved(2)
AT_NO_PLACE = {
    "boundary_metres": [METRES, [[35_600_000 + x, 3_320_000 + y] for x, y in RING]],
    "boundary_swapped": [[[y, x] for x, y in RING]],
    "boundary_far": [FAR, [[x - 105, y - 30] for x, y in RING], [*RING[:2], [0.0, 0.0], *RING[3:]]],
    "boundary_no_area": [[], [RING[0]], [RING[0]] * 4, [RING[0], RING[1], RING[0], RING[1]]],
    "boundary_unreadable": [
        [*RING[:2], [float("nan"), 30.0], *RING[3:]],
        [*RING[:2], [float("inf"), 30.0], *RING[3:]],
        [*RING[:2], [10**400, 30.0], *RING[3:]],
        [*RING[:2], ["105.04", "30.04"], *RING[3:]],
        [*RING[:2], [105.04], *RING[3:]],
        [*RING[:2], None, *RING[3:]],
        "ring",
    ],
}


@pytest.mark.parametrize(("reason", "ring"), [(reason, ring) for reason, rings in AT_NO_PLACE.items() for ring in rings])
def test_a_shape_that_is_none_here_costs_its_village_alone(reason, ring):
    other = {"type": "Polygon", "coordinates": [moved(0.04)]}
    taken, faults = usable(feature({"type": "Polygon", "coordinates": [ring]}), feature(other, SHI))
    assert ([*taken], faults) == ([SHI], [(reason, LIU)])


@pytest.mark.parametrize("geometry", [None, {"type": "Point", "coordinates": [105.0, 30.0]}, {"type": "Polygon", "coordinates": []}])
def test_a_geometry_without_polygons_has_no_area(geometry):
    assert usable(feature(geometry)) == ({}, [("boundary_no_area", LIU)])


def test_of_a_degenerate_shell_no_hole_becomes_the_area():
    assert usable(feature({"type": "Polygon", "coordinates": [RING[:2], RING]})) == ({}, [("boundary_no_area", LIU)])


def test_codes_that_the_register_has_not_and_shapes_without_one_are_told_apart():
    unknown = [feature(SQUARE, "999"), feature(None, "999"), feature(SQUARE, "998"), {"type": "Feature", "geometry": SQUARE}]
    taken, faults = usable(feature(SQUARE), *unknown)
    assert ([*taken], faults) == ([LIU], [("boundary_no_code", ""), ("boundary_code_unknown", "998"), ("boundary_code_unknown", "999")])


DEGREES = ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326", "WGS 84", "CGCS2000"]
OTHERS = ["urn:ogc:def:crs:EPSG::4523", "EPSG:3857", "CGCS2000 / 3-degree Gauss-Kruger zone 35", "WGS 84 / UTM zone 48N", None, 4326]


@pytest.mark.parametrize("name", DEGREES + OTHERS)
def test_a_file_may_name_degrees_and_no_other_coordinate_system(name):
    taken, faults = usable(feature(SQUARE), crs={"type": "name", "properties": {"name": name}})
    assert ([*taken], faults) == (([LIU], []) if name in DEGREES else ([], [("boundary_crs", "")]))


def test_without_points_in_the_register_the_country_is_the_surroundings():
    register = {LIU: (None, None), SHI: (30.02, 105.06)}
    swapped = {"type": "Polygon", "coordinates": [[[y, x] for x, y in RING]]}
    found = [boundaries.read_geojson(content(feature(part))) for part in (SQUARE, swapped)]
    assert [[reason for reason, _code in boundaries.usable(part, register)[1]] for part in found] == [[], ["boundary_swapped"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_in_every_encoding(encoding):
    file = json.dumps({"name": "村界", "features": [feature(SQUARE)]}, ensure_ascii=False).encode(encoding)
    assert [*reader_pool.read_content(file).boundaries.areas] == [LIU]


HOSTILE = {
    "cut": content(feature(SQUARE))[:-20],
    "no features": b'{"type": "Topology"}',
    "no feature": b'{"type": "FeatureCollection", "features": []}',
    "features of another kind": b'{"features": 1}',
    "a feature that is none": b'{"features": [null]}',
    "nested lists": b'{"features": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "nested objects": b'{"features": ' + b'{"a":' * 200_000 + b"1" + b"}" * 200_001,
    "a number of 5,000 digits": b'{"features": [' + b"9" * 5000 + b"]}",
    "noise": b"{" + bytes(range(128, 256)) * 4,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_geojson_is_refused_in_its_own_words(name):
    reading = reader_pool.read_content(HOSTILE[name])
    assert (reading.fault, reading.fact) == (boundaries.CODE, "boundary_not_geojson")


def test_collections_nested_deeply_cost_their_village_alone():
    geometry = SQUARE
    for _depth in range(300):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    taken, faults = usable(feature(geometry), feature({"type": "Polygon", "coordinates": [moved(0.04)]}, SHI))
    assert SHI in taken and faults in ([], [("boundary_unreadable", LIU)])


def test_a_shape_that_falls_into_more_than_was_sent_is_too_large(monkeypatch):
    zigzag = [[105.0 + 0.04 * (at % 2), 30.0 + at * 1e-3] for at in range(40)]
    crossed = [[105.0 + at * 1e-3, 30.0 + 0.04 * (at % 2)] for at in range(40)]
    file = content(feature({"type": "Polygon", "coordinates": [zigzag + crossed]}))
    parts = len(boundaries.read_geojson(file).areas[LIU][0])
    monkeypatch.setattr(boundaries, "MOST_BYTES", len(file))
    assert (parts > 2 * len(file), reader_pool.read_content(file).fact) == (True, "boundary_too_large")


def test_a_file_beyond_the_limit_is_not_even_decoded():
    file = b'{"features": [' + b"[]," * (boundaries.MOST_BYTES // 3)
    tracemalloc.start()
    reading = reader_pool.read_content(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (reading.fact, peak < 2**20) == ("boundary_too_large", True)
