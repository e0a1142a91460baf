from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "tancai.publishing"
    label = "publishing"
    verbose_name = "publishing"
