"""The pages of one's own account, mounted at ``account/`` before those of the sign-in library."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from tancai.web.site.account import consents, contact, home, identity, inbox, institution, language, leaving

app_name = "account_pages"
urlpatterns = [
    path("", home.page, name="home"),
    path("identity/", identity.page, name="identity"),
    path("contact/confirm/", contact.confirm, name="contact_confirm"),
    path("contact/<slug:kind>/", contact.change, name="contact"),
    path("contact/<slug:kind>/remove/", contact.remove, name="contact_remove"),
    # The library's own pages for the same thing.
    path("email/", RedirectView.as_view(pattern_name="account_pages:home")),
    path("phone/change/", RedirectView.as_view(pattern_name="account_pages:home")),
    path("language/", language.change, name="language"),
    path("sessions/close/", home.close_sessions, name="close_sessions"),
    path("consents/", consents.page, name="consents"),
    path("consents/<slug:kind>/<slug:step>/", consents.change, name="consent_change"),
    path("messages/", inbox.page, name="messages"),
    path("messages/read/", inbox.read_all, name="messages_read"),
    path("messages/<int:message_id>/", inbox.one, name="message"),
    path("institution/", institution.page, name="institution"),
    path("institution/apply/", institution.apply, name="institution_apply"),
    path("institution/invitations/<int:invitation_id>/", institution.answer, name="invitation_answer"),
    path("institution/<slug:code>/", institution.one, name="institution_one"),
    path("institution/<slug:code>/apply/", institution.apply, name="institution_apply_again"),
    path(
        "institution/<slug:code>/invitations/<int:invitation_id>/take-back/",
        institution.take_back,
        name="invitation_take_back",
    ),
    path("institution/<slug:code>/staff/<int:grant_id>/dismiss/", institution.dismiss, name="staff_dismiss"),
    path("data/", leaving.data, name="data"),
    path("delete/", leaving.close, name="close"),
]
