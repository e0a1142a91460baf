from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tancai.files"
    label = "files"
    verbose_name = "files"
