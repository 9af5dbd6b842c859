"""The tests; the folders mirror the packages. There are as many workers as processors, so polars has one thread in each."""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
