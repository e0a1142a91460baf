from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tancai.jobs"
    label = "jobs"
    verbose_name = "jobs"
