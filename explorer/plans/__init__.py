"""Lesson plans as data, and what plays them, makes them and keeps them."""
