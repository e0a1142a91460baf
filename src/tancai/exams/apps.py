from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "tancai.exams"
    label = "exams"
    verbose_name = "exams"
