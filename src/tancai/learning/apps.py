from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "tancai.learning"
    label = "learning"
    verbose_name = "learning"
