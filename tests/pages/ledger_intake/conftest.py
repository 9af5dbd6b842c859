"""The ledgers page on a home that a test brings along."""

import pytest


@pytest.fixture
def page(opened, home, monkeypatch):
    """The page on that home."""

    def show(role="centre", language="zh_CN"):
        monkeypatch.setenv("TONGXING_HOME", str(home))
        return opened("ledgers", role=role, language=language)

    return show
