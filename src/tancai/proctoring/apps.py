from django.apps import AppConfig


class ProctoringConfig(AppConfig):
    name = "tancai.proctoring"
    label = "proctoring"
    verbose_name = "proctoring"
