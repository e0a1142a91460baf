from collections.abc import Iterator

import pytest

from tests.exams.conftest import exam_log, programmes_there  # noqa: F401 - fixtures of the exams room


@pytest.fixture(autouse=True)
def no_feed_of_an_earlier_test() -> Iterator[None]:
    from tancai.web.invigilator import feed

    feed.forget_all()
    yield
    feed.forget_all()
