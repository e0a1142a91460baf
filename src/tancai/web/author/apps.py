from django.apps import AppConfig


class AuthorConfig(AppConfig):
    name = "tancai.web.author"
    label = "web_author"
    verbose_name = "author"
