from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "tancai.audit"
    label = "audit"
    verbose_name = "audit log"
