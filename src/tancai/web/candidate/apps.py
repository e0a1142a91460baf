from django.apps import AppConfig


class CandidateConfig(AppConfig):
    name = "tancai.web.candidate"
    label = "web_candidate"
    verbose_name = "candidate"
