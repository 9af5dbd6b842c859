"""The dashboard as it is served, with a line of JSON for each run of a page's script: milliseconds on the wall and of CPU.

The clock stands around the very call by which Streamlit's runner executes the script (widget callbacks and the page, nothing of
the browser, the network or the collection of garbage that follows), in the server's own process and thread.

Run by the benches: python -m tests.bench.timed PORT FILE
"""

import json
import os
import sys
import time
from typing import Any

from streamlit.runtime.scriptrunner import script_runner
from streamlit.web import cli


def watch(file: str) -> None:
    """Have every script run leave its line in the file before its end is told to the reader."""
    run_script = script_runner.exec_func_with_error_handling
    lines = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def timed(*given: Any) -> Any:
        wall, processor = time.perf_counter(), time.thread_time()
        try:
            return run_script(*given)
        finally:
            took = {"ms": (time.perf_counter() - wall) * 1000, "cpu": (time.thread_time() - processor) * 1000}
            os.write(lines, (json.dumps(took) + "\n").encode())

    script_runner.exec_func_with_error_handling = timed


if __name__ == "__main__":
    watch(sys.argv[2])
    cli.main(["run", "app.py", "--server.port", sys.argv[1]])
