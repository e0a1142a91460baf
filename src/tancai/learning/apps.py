from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "tancai.learning"
    label = "learning"
    verbose_name = "learning"

    def ready(self) -> None:
        from tancai.learning import holdings, periodic  # noqa: F401  periodic: registers the schedule

        holdings.register()
