from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "tancai.exams"
    label = "exams"
    verbose_name = "exams"

    def ready(self) -> None:
        from tancai.exams import jobs  # noqa: F401 - registers the scheduled work
