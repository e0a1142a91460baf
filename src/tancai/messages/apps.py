from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "tancai.messages"
    label = "inbox"
    verbose_name = "messages"

    def ready(self) -> None:
        from tancai.messages import holdings, jobs  # noqa: F401  jobs register themselves

        holdings.register()
