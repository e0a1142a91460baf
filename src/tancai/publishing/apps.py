from django.apps import AppConfig

MOST_BYTES = 20 * 1024 * 1024
MIMES = ("application/pdf", "image/jpeg", "image/png", "application/zip")


class PublishingConfig(AppConfig):
    name = "tancai.publishing"
    label = "publishing"
    verbose_name = "publishing"

    def ready(self) -> None:
        from tancai.files import api as files
        from tancai.publishing import holdings
        from tancai.publishing.actions import FILE_PURPOSE

        files.register_purpose(FILE_PURPOSE, most=MOST_BYTES, mimes=MIMES, keep_days=3 * 365)
        holdings.register()
