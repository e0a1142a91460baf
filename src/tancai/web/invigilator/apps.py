from django.apps import AppConfig


class InvigilatorConfig(AppConfig):
    name = "tancai.web.invigilator"
    label = "web_invigilator"
    verbose_name = "invigilator"
