"""What several lessons stand on: coders behind one face, principal components, structural similarity, and how lessons ship.

A lesson imports from here and never from another lesson.
"""
