"""The server's process: its document, headers, navigation and promptness. Only app.py imports it."""
