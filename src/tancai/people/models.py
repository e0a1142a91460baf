"""Accounts, people, organisations and what was granted, said and decided about them.

A *user* signs in; a *person* has an identity. Grants, revocations, consents and decisions are rows: the present
is read from them, nothing is overwritten.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tancai.lib.crypto import EncryptedJSONField, EncryptedTextField


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(models.Q(phone=username) | models.Q(email__iexact=username))


class User(AbstractBaseUser):
    """Somebody who signs in, by phone or e-mail."""

    phone = models.CharField(max_length=20, unique=True, null=True, blank=True)
    email = models.EmailField(unique=True, null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    # Part of what a session is signed with: raising it ends every session of the account.
    session_round = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "phone"
    EMAIL_FIELD = "email"
    objects = UserManager()

    def __str__(self) -> str:
        return f"user {self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        text = f"{self.password}:{self.session_round}"
        return salted_hmac("tancai.people.session", text, secret=secret, algorithm="sha256").hexdigest()


class VerifiedContact(models.Model):
    """A code sent to this address came back: the address was the user's at that moment."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="verified_contacts")
    address = models.CharField(max_length=254)
    verified_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "address"], name="people_verified_address")]


class Person(models.Model):
    """A natural person with an identity document; the account may come later, or never."""

    SEXES = [("male", _("男")), ("female", _("女"))]
    DOCUMENT_KINDS = [
        ("resident_id", _("居民身份证")),
        ("hmt_residence", _("港澳台居民居住证")),
        ("hmt_permit", _("港澳居民来往内地通行证")),
        ("taiwan_permit", _("台湾居民来往大陆通行证")),
        ("passport", _("护照")),
        ("foreign_residence", _("外国人永久居留身份证")),
    ]

    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="person")
    name = models.CharField(max_length=100)
    sex = models.CharField(max_length=6, choices=SEXES, blank=True)
    birth = models.DateField(null=True)
    document_kind = models.CharField(max_length=20, choices=DOCUMENT_KINDS)
    document = EncryptedTextField(null=True)
    # Equal documents find each other without being readable; NULL once the person is anonymised.
    document_index = models.CharField(max_length=64, null=True)
    document_masked = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document_kind", "document_index"], name="people_one_person_a_document"
            )
        ]
        indexes = [models.Index(fields=["name"], name="people_person_name")]

    def __str__(self) -> str:
        return f"person {self.pk}"


class PersonCorrection(models.Model):
    """The identity before a correction, sealed, with the reason for the change."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="corrections")
    before = EncryptedJSONField()
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class PersonClaim(models.Model):
    """A user says: this person, entered by an institution, is me. Waits for a clerk when the phone differs."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    at = models.DateTimeField()


class ClaimDecision(models.Model):
    claim = models.OneToOneField(PersonClaim, on_delete=models.PROTECT, related_name="decision")
    confirmed = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Organisation(models.Model):
    """A certifying body, an organiser, an institution that enrols people, or a supervising body."""

    KINDS = [
        ("certifying_body", _("发证机构")),
        ("organiser", _("组织单位")),
        ("institution", _("培训机构")),
        ("supervisor", _("监管单位")),
    ]

    kind = models.CharField(max_length=20, choices=KINDS)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    region = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=300, blank=True)
    contact_name = models.CharField(max_length=100, blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()

    # The newest step of the registration; the queries of this room put it on.
    state: str
    state_since: datetime
    state_reason: str

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class OrganisationEvent(models.Model):
    """The registration of an organisation, step by step; the newest row is its state."""

    KINDS = [
        ("founded", _("已设立")),
        ("applied", _("待审核")),
        ("approved", _("已通过")),
        ("refused", _("未通过")),
        ("suspended", _("已暂停")),
        ("resumed", _("已恢复")),
    ]

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=KINDS)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class RoleGrant(models.Model):
    """A user may act in a role, everywhere (no organisation) or for one organisation."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="grants")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["role", "organisation"], name="people_grant_role")]


class RoleRevocation(models.Model):
    grant = models.OneToOneField(RoleGrant, on_delete=models.PROTECT, related_name="revocation")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Invitation(models.Model):
    """An institution asks whoever owns an address to work for it; it says nothing about who has an account."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=24)
    address = models.CharField(max_length=254)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address"], name="people_invited_address")]


class InvitationAnswer(models.Model):
    """``taken_back`` answers come from the institution, the others from the person invited."""

    KINDS = [("accepted", _("已接受")), ("declined", _("已谢绝")), ("taken_back", _("已收回"))]

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="answer")
    kind = models.CharField(max_length=12, choices=KINDS)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Consent(models.Model):
    """Agreement to one text in one version, by a user, a person, or both once they are joined."""

    KINDS = [("privacy", _("个人信息处理")), ("biometric", _("人脸信息处理"))]

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="consents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="consents")
    kind = models.CharField(max_length=20, choices=KINDS)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(person__isnull=False),
                name="people_consent_of_somebody",
            )
        ]


class ConsentWithdrawal(models.Model):
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Erasure(models.Model):
    """An account was closed on request. What the law keeps is kept until ``keep_until``, then anonymised."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="erasures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="erasures")
    kept = models.JSONField(default=list)
    keep_until = models.DateField(null=True)
    at = models.DateTimeField()


class Anonymisation(models.Model):
    """The identity of an erased person was removed."""

    erasure = models.OneToOneField(Erasure, on_delete=models.PROTECT, related_name="anonymisation")
    at = models.DateTimeField()
