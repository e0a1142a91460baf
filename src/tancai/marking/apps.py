from django.apps import AppConfig


class MarkingConfig(AppConfig):
    name = "tancai.marking"
    label = "marking"
    verbose_name = "marking"

    def ready(self) -> None:
        from tancai.files.api import register_purpose
        from tancai.marking import holdings, periodic  # noqa: F401  periodic: registers the schedule
        from tancai.marking.actions import exporting

        holdings.register()
        register_purpose(exporting.PURPOSE, most=exporting.MOST, keep_days=exporting.KEEP_DAYS)
