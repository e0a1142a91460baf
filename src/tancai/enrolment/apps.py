from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "tancai.enrolment"
    label = "enrolment"
    verbose_name = "enrolment"
