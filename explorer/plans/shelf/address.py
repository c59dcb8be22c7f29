"""What the address of /views carries: the view that is edited."""

import streamlit as st

from explorer.page.address import Address
from explorer.page.parameters import Text

EDITED = "view_edited"

ADDRESS = Address(
    Text(EDITED, "", form="([A-Za-z0-9_-]{22})?", what="saved view", shown=lambda: bool(st.session_state[EDITED]))
)
