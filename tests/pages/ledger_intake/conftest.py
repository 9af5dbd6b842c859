"""The ledgers page on a home that a test brings along."""

import pytest


@pytest.fixture
def page(opened, home, monkeypatch):
    """The page on that home."""

    def show(role="centre", language="zh_CN", name="ledgers", **more):
        monkeypatch.setenv("TONGXING_HOME", str(home))
        return opened(name, role=role, language=language, **more)

    return show
