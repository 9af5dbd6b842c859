"""Fixtures of the warehouse's tests."""

import pytest

from tests.warehouse.kit import Town
from tests.warehouse.twice import two_loads


@pytest.fixture
def town(tmp_path):
    """An empty town with two villages."""
    return Town(tmp_path)


@pytest.fixture
def two(tmp_path):
    """Two loads of one town (tests/warehouse/twice.py)."""
    return two_loads(tmp_path)
