"""The process: its document, headers, navigation and promptness. Nothing imports it but app.py."""
