"""Open the page that docs/extending.md adds, as a visitor with a link, and print what is on it. test_extending.py runs it in a copy."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app_driver import choose, markup, visit

app = visit("temperature", temperature_t="0.5")
linked = app.slider(key="temperature_t").value
choose(app, "temperature_t", 0.25)
found = {
    "title": app.title[0].value,
    "html": markup(app),
    "questions": [radio.label for radio in app.radio],
    "linked": linked,
    "address": dict(app.query_params.items()),
}
print(json.dumps(found))
