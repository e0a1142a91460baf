from django.apps import AppConfig


class LabsConfig(AppConfig):
    name = "tancai.labs"
    label = "labs"
    verbose_name = "labs"

    def ready(self) -> None:
        from tancai.labs import holdings

        holdings.register()
