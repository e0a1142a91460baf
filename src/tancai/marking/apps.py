from django.apps import AppConfig


class MarkingConfig(AppConfig):
    name = "tancai.marking"
    label = "marking"
    verbose_name = "marking"
