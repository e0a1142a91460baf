from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tancai.web.site"
    label = "web_site"
    verbose_name = "site"
