"""Reading ahead changes neither the items nor their order, and hides no error."""

import gc
import threading
import weakref

import pytest

from orchestration.intake.read.read_ahead import read_ahead


def threads():
    return [t for t in threading.enumerate() if t.name == "read ahead"]


def test_the_items_come_in_their_order():
    assert list(read_ahead(iter(range(1000)))) == list(range(1000))
    assert list(read_ahead(iter([None, False, 0]))) == [None, False, 0]
    assert not threads()


def test_an_error_comes_where_it_would_have_come():
    def items():
        yield 1
        yield 2
        raise ValueError("torn")

    seen = []
    with pytest.raises(ValueError, match="torn"):
        for item in read_ahead(items()):
            seen.append(item)
    assert seen == [1, 2]
    assert not threads()


def test_a_bounded_number_is_held():
    made, waiting = [], threading.Event()

    def items():
        for number in range(100):
            made.append(number)
            if len(made) == 3:
                waiting.set()
            yield number

    ahead = read_ahead(items())
    assert next(ahead) == 0
    assert waiting.wait(5)
    assert len(made) <= 3
    ahead.close()
    assert not threads()


def test_a_caller_that_stops_early_stops_the_reading():
    for taken in range(4):
        ahead = read_ahead(iter(range(10)))
        assert [next(ahead) for _ in range(taken)] == list(range(taken))
        ahead.close()
        assert not threads()


def test_a_caller_that_fails_stops_the_reading():
    with pytest.raises(KeyError):
        for item in read_ahead(iter(range(10))):
            raise KeyError(item)


@pytest.mark.parametrize("torn", [True, False])
def test_what_was_read_is_let_go_of(torn):
    class File:
        pass

    def items(file):
        yield file
        if torn:
            raise ValueError("torn")

    file = File()
    gone = weakref.ref(file)
    ahead = read_ahead(items(file))
    del file
    gc.disable()
    try:
        with pytest.raises((ValueError, StopIteration)):
            next(ahead)
            next(ahead)
        assert gone() is None
    finally:
        gc.enable()
