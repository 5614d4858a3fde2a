from brain.bounded_dict import BoundedDict


def test_what_was_set_longest_ago_goes_first() -> None:
    bounded: BoundedDict[str, int] = BoundedDict(2)
    bounded["a"] = 1
    bounded["b"] = 2
    bounded["a"] = 3
    bounded["c"] = 4
    assert list(bounded.items()) == [("a", 3), ("c", 4)]
    assert "b" not in bounded
    assert bounded.get("b") is None


def test_what_is_dropped_is_gone_and_may_be_dropped_again() -> None:
    bounded: BoundedDict[str, int] = BoundedDict(2)
    bounded["a"] = 1
    bounded.pop("a", None)
    bounded.pop("a", None)
    assert list(bounded.items()) == []


def test_a_value_that_is_set_by_default_counts_against_the_limit() -> None:
    bounded: BoundedDict[str, int] = BoundedDict(1)
    bounded.setdefault("a", 1)
    bounded.setdefault("b", 2)
    assert list(bounded.items()) == [("b", 2)]
