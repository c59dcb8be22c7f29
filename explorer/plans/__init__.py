"""Lesson plans: what a plan is and how it is written, read, checked, found and played.

A plan is a text that a teacher can write by hand (docs/plans.md). Those that ship are in the folder plans/.
"""
