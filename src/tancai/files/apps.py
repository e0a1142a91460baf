from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tancai.files"
    label = "files"
    verbose_name = "files"

    def ready(self) -> None:
        from tancai.files import holdings, jobs  # noqa: F401  jobs register themselves

        holdings.register()
