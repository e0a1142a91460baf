from django.urls import URLPattern, URLResolver

from tancai.web.office.identities import identity_urls
from tancai.web.office.institutions import institution_urls
from tancai.web.office.results import result_urls
from tancai.web.office.roles import role_urls

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [*role_urls, *institution_urls, *identity_urls, *result_urls]
