from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tancai.jobs"
    label = "jobs"
    verbose_name = "jobs"

    def ready(self) -> None:
        from tancai.jobs import periodic  # noqa: F401  registers the schedule
