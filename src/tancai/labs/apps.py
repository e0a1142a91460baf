from django.apps import AppConfig


class LabsConfig(AppConfig):
    name = "tancai.labs"
    label = "labs"
    verbose_name = "labs"
