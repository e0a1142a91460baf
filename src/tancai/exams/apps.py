from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "tancai.exams"
    label = "exams"
    verbose_name = "exams"

    def ready(self) -> None:
        from tancai.exams import holdings, jobs  # noqa: F401 - jobs: registers the scheduled work

        holdings.register()
