from tests.exams.conftest import exam_log, programmes_there  # noqa: F401 - fixtures of the exams room
