from django.apps import AppConfig


class FeesConfig(AppConfig):
    name = "tancai.fees"
    label = "fees"
    verbose_name = "fees"

    def ready(self) -> None:
        from tancai.fees import holdings
        from tancai.files.api import register_purpose

        register_purpose(
            "payment_voucher",
            most=10 * 1024 * 1024,
            mimes=("application/pdf", "image/jpeg", "image/png"),
            keep_days=3650,
        )
        holdings.register()
