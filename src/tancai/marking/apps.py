from django.apps import AppConfig


class MarkingConfig(AppConfig):
    name = "tancai.marking"
    label = "marking"
    verbose_name = "marking"

    def ready(self) -> None:
        from tancai.marking import periodic  # noqa: F401  registers the schedule
