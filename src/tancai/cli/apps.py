from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "tancai.cli"
    label = "cli"
