from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "tancai.web.shell"
    label = "web_shell"
    verbose_name = "shell"
