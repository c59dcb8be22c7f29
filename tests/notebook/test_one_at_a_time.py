"""Decoding in Python: one question on its way at most, and of all places in between only the last."""

from hypothesis import given, settings
from hypothesis import strategies as st

CODES = st.tuples(st.integers(1, 4), st.integers(1, 4)).map(list)
EVENTS = st.lists(
    st.one_of(
        CODES.map(lambda code: {"move": code}),
        st.just({"answer": True}),
        st.integers(100, 200).map(lambda number: {"stray": number}),
    ),
    max_size=30,
)


def test_a_fast_hand_is_answered_where_it_rests(javascript) -> None:
    @given(EVENTS)
    @settings(max_examples=150, deadline=None, derandomize=True)
    def law(events: list) -> None:
        (found,) = javascript("tests/notebook/asking.mjs", ["run", events])
        answers = sum("answer" in event for event in events)
        assert found["most"] <= 1
        assert found["picture"] == found["at"]  # Python here draws the code itself
        assert found["asked"][-1] == found["at"]
        assert len(found["asked"]) <= answers + 2

    law()


def test_places_between_two_answers_are_never_asked(javascript) -> None:
    moves = [{"move": [step, 0]} for step in range(1, 41)]
    (found,) = javascript("tests/notebook/asking.mjs", ["run", [*moves, {"answer": True}]])
    assert found["asked"] == [[1, 0], [40, 0]]


def test_a_failure_is_not_asked_again_until_the_hand_moves(javascript) -> None:
    (found,) = javascript("tests/notebook/asking.mjs", ["run", [{"move": [2, 2]}, {"answer": False}, {}, {}, {"move": [3, 3]}]])
    assert found["asked"] == [[2, 2], [3, 3]]
    assert found["picture"] == [3, 3]
