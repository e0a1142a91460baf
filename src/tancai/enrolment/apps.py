from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "tancai.enrolment"
    label = "enrolment"
    verbose_name = "enrolment"

    def ready(self) -> None:
        from tancai.files.api import register_purpose

        pictures = ("image/jpeg", "image/png", "image/webp", "application/pdf")
        register_purpose("material", most=12 * 1024 * 1024, mimes=pictures)
        register_purpose("portrait", most=8 * 1024 * 1024, mimes=("image/jpeg",))
