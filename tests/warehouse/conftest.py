"""Fixtures of the warehouse's tests."""

import pytest

from tests.warehouse.town_builder import Town
from tests.warehouse.two_loads import two_loads


@pytest.fixture
def town(tmp_path):
    """An empty town with two villages."""
    return Town(tmp_path)


@pytest.fixture
def two(tmp_path):
    """Two loads of one town (tests/warehouse/two_loads.py)."""
    return two_loads(tmp_path)
