from django.apps import AppConfig


class MarkingConfig(AppConfig):
    name = "tancai.marking"
    label = "marking"
    verbose_name = "marking"

    def ready(self) -> None:
        from tancai.marking import holdings, periodic  # noqa: F401  periodic: registers the schedule

        holdings.register()
