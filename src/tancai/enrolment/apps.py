from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "tancai.enrolment"
    label = "enrolment"
    verbose_name = "enrolment"

    def ready(self) -> None:
        from tancai.enrolment import holdings, jobs  # noqa: F401  jobs: registers work and schedule
        from tancai.enrolment.archives import MOST_ARCHIVE
        from tancai.files.api import register_purpose

        pictures = ("image/jpeg", "image/png", "image/webp", "application/pdf")
        register_purpose("material", most=12 * 1024 * 1024, mimes=pictures)
        register_purpose("portrait", most=8 * 1024 * 1024, mimes=("image/jpeg",))
        register_purpose("import_archive", most=MOST_ARCHIVE, mimes=("application/zip",), keep_days=7)
        holdings.register()
