from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    name = "tancai.web.workshop"
    label = "web_workshop"
    verbose_name = "workshop"
