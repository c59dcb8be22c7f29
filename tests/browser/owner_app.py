"""A small app for a browser test: it shows whose session it is, behind the app's own middleware."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st
from starlette.middleware import Middleware

from explorer.page.owners import Owners
from explorer.serving.headers import SecurityHeaders

app = st.App(Path(__file__).with_name("owner_page.py"), middleware=[Middleware(SecurityHeaders), Middleware(Owners)])
