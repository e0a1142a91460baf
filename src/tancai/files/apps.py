from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tancai.files"
    label = "files"
    verbose_name = "files"

    def ready(self) -> None:
        from tancai.files import jobs  # noqa: F401  registers the schedule
