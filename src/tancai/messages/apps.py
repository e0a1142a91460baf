from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "tancai.messages"
    label = "inbox"
    verbose_name = "messages"
