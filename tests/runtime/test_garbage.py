"""The garbage collector runs rarely during a build, and as before after it."""

import gc

import pytest

from kg.runtime.garbage import rare_collections


def test_the_collector_is_as_before_after_work_that_ends_or_fails() -> None:
    before = gc.get_threshold()
    with rare_collections():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before

    @rare_collections()
    def fail() -> None:
        assert gc.get_threshold()[0] > before[0]
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert gc.get_threshold() == before
