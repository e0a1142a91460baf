from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "tancai.lib"
    label = "tancai_lib"
    verbose_name = "shared tools"
