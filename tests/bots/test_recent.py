from bots.recent import Recent


def test_what_was_set_longest_ago_goes_first() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.set("a", 1)
    recent.set("b", 2)
    recent.set("a", 3)
    recent.set("c", 4)
    assert recent.items() == [("a", 3), ("c", 4)]
    assert "b" not in recent
    assert recent.get("b") is None


def test_what_is_dropped_is_gone_and_may_be_dropped_again() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.set("a", 1)
    recent.drop("a")
    recent.drop("a")
    assert recent.items() == []
