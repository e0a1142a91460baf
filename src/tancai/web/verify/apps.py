from django.apps import AppConfig


class VerifyConfig(AppConfig):
    name = "tancai.web.verify"
    label = "web_verify"
    verbose_name = "verify"
