"""What every page is made of: its address and state, fragments that run by themselves, pickers, pictures, colours and figures.

Nothing here knows a model, a run or a lesson.
"""
