from django.apps import AppConfig


class InstitutionConfig(AppConfig):
    name = "tancai.web.institution"
    label = "web_institution"
    verbose_name = "institution"
