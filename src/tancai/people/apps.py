from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tancai.people"
    label = "people"
    verbose_name = "people"
