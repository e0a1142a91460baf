from django.apps import AppConfig


class ItemsConfig(AppConfig):
    name = "tancai.items"
    label = "items"
    verbose_name = "items"
