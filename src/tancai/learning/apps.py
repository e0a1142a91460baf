from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "tancai.learning"
    label = "learning"
    verbose_name = "learning"

    def ready(self) -> None:
        from tancai.learning import periodic  # noqa: F401  registers the schedule
