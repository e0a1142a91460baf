from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "tancai.venues"
    label = "venues"
    verbose_name = "venues"

    def ready(self) -> None:
        from tancai.venues import holdings

        holdings.register()
