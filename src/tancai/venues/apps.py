from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "tancai.venues"
    label = "venues"
    verbose_name = "venues"
