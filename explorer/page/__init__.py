"""What every page is made of: words, address and state, parts that run by themselves, widgets, pictures, colours and figures.

Nothing here knows a model, a run or a lesson.
"""
