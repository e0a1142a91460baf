from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "tancai.web.office"
    label = "web_office"
    verbose_name = "office"
