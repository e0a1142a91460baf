from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "tancai.credentials"
    label = "credentials"
    verbose_name = "credentials"

    def ready(self) -> None:
        from tancai.credentials import holdings, jobs  # noqa: F401 - registers its work

        holdings.register()
