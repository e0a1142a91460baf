from django.apps import AppConfig


class ItemsConfig(AppConfig):
    name = "tancai.items"
    label = "items"
    verbose_name = "items"

    def ready(self) -> None:
        from tancai.files.api import register_purpose
        from tancai.items import attached, jobs  # noqa: F401  jobs: registers the work
        from tancai.items.actions import import_jobs
        from tancai.items.actions.pictures import MOST_BYTES
        from tancai.items.exchange.model import IMPORT_PURPOSE, MOST_FILE
        from tancai.items.queries import attachments
        from tancai.items.queries.pictures import PURPOSE

        register_purpose(PURPOSE, most=MOST_BYTES, mimes=("image/png", "image/jpeg"))
        register_purpose(
            attachments.PURPOSE, most=2 * attached.MOST_BYTES, mimes=tuple(attached.MIMES.values())
        )
        register_purpose(
            import_jobs.REPORT_PURPOSE, most=import_jobs.MOST_REPORT, keep_days=import_jobs.KEEP_DAYS
        )
        register_purpose(IMPORT_PURPOSE, most=MOST_FILE, keep_days=7)
