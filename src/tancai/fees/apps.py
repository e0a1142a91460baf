from django.apps import AppConfig


class FeesConfig(AppConfig):
    name = "tancai.fees"
    label = "fees"
    verbose_name = "fees"
