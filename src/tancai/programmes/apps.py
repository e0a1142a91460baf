from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "tancai.programmes"
    label = "programmes"
    verbose_name = "programmes"
