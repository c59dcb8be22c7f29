"""What each page costs Python, in seconds of a core: opened for the first time in a process, by its first visitor, and by the next.

    python -m benchmarks.pages [--json] [--only elbo kl]

Each page has a process of its own. It is opened after the app's warm-up as the app itself opens it in the background when it has started
(explorer/serving/rehearsal.py), and then for two visitors. Pages run in Streamlit's AppTest, whose own cost, that of an empty page, is
taken off. Seconds of a core count what all threads of the process have computed, so what else the machine does weighs little. The
targets are 0.3 s for the first visitor and 0.1 s for the next.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {"first": 0.3, "next": 0.1}  # seconds of a core that a page may take


def opened(path: str) -> dict[str, float]:
    """Seconds of a core in this process: for the rehearsal, the first visitor and the next."""
    import logging

    from streamlit.testing.v1 import AppTest

    from explorer.models import data_sets, trained

    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel("ERROR")  # it warns of every AppTest
    trained.warm_up()
    data_sets.troubles()

    def seconds(app: AppTest) -> float:
        began = time.process_time()
        app.run()
        if app.exception:
            raise RuntimeError(f"The page {path} failed: {app.exception[0].value}")
        return time.process_time() - began

    def visit() -> float:
        app = AppTest.from_file(str(ROOT / "explorer" / "serving" / "navigation.py"), default_timeout=120)
        app.query_params[f"{path}_revealed"] = "1"  # a lesson with what it covers at first
        return seconds(app.switch_page(str(ROOT / "pages" / f"{path}.py")))

    visits = {visitor: visit() for visitor in ("rehearsal", "first", "next")}
    empty = min(seconds(AppTest.from_string("")) for _ in range(3))
    return {visitor: max(0.0, taken - empty) for visitor, taken in visits.items()}


def measured(path: str) -> dict[str, float]:
    """The same in a new process."""
    child = subprocess.run([sys.executable, "-m", __spec__.name, "--here", path], cwd=ROOT, capture_output=True, text=True)
    if child.returncode:
        sys.exit(child.stderr.strip() or f"The page {path} was not measured.")
    return json.loads(child.stdout)


def main(arguments: list[str] | None = None) -> int:
    from explorer.page.places import PLACES

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument("--only", nargs="+", choices=list(PLACES), metavar="PAGE", help="these pages")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.here:
        print(json.dumps(opened(asked.here)))
        return 0
    found = {}
    if not asked.json:
        print(f"{'seconds of a core':20}{'rehearsal':>10}{'first':>10}{'next':>10}")
    for path in asked.only or PLACES:
        found[path] = measured(path)
        if not asked.json:
            late = [visitor for visitor, most in TARGETS.items() if found[path][visitor] > most]
            numbers = "".join(f"{taken:10.3f}" for taken in found[path].values())
            print(f"{path:20}{numbers}{'  above target: ' + ', '.join(late) if late else ''}", flush=True)
    if asked.json:
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
