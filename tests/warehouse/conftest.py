"""Fixtures of the warehouse's tests."""

import pytest

from tests.warehouse.kit import Town


@pytest.fixture
def town(tmp_path):
    """An empty town with two villages."""
    return Town(tmp_path)
