"""A small app for the browser tests: the canvas alone, with untrained models."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import vae  # noqa: F401  first: it sets how OpenMP's threads wait

# isort: split
import streamlit as st
from starlette.middleware import Middleware

from explorer.browser import assets as weights
from explorer.serving.headers import SecurityHeaders

app = st.App(Path(__file__).with_name("canvas_page.py"), routes=weights.routes(), middleware=[Middleware(SecurityHeaders)])
