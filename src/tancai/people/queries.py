"""Reads about people; querysets, plain sets and frozen values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tancai.lib import identity
from tancai.lib.crypto import blind_index
from tancai.people import rules
from tancai.people.models import (
    Consent,
    Invitation,
    Organisation,
    OrganisationEvent,
    Person,
    PersonClaim,
    RoleGrant,
    User,
)
from tancai.people.remembering import recall


def document_index(kind: str, number: str) -> str:
    """The blind index of a document; equal for equal numbers of one kind."""
    return blind_index(f"{kind}:{identity.normal_document(number)}", "people.document")


def user(user_id: int) -> User | None:
    return User.objects.filter(pk=user_id).first()


def user_by_address(address: str) -> User | None:
    """The active account with this phone or e-mail, however it is written."""
    text = (address or "").strip()
    if "@" in text:
        return User.objects.filter(email__iexact=text, is_active=True).first()
    try:
        return User.objects.filter(phone=identity.normal_phone(text), is_active=True).first()
    except ValueError:
        return None


def users_matching(text: str) -> QuerySet[User]:
    """Active accounts whose phone, e-mail or person's name contains ``text``; none for an empty text."""
    text = (text or "").strip()
    if not text:
        return User.objects.none()
    found = Q(email__icontains=text) | Q(person__name__icontains=text)
    digits = "".join(c for c in text if c.isdigit())
    if len(digits) >= 4:
        found |= Q(phone__contains=digits)
    return User.objects.filter(found, is_active=True).order_by("pk")


def users_holding(role: str, *, organisation_id: int | None = None) -> list[User]:
    """Active users who hold the role for the organisation (or everywhere), in order of their accounts."""
    grants = active_grants().filter(role=role, user__is_active=True)
    if organisation_id is not None:
        grants = grants.filter(Q(organisation_id=organisation_id) | Q(organisation=None))
    return list(User.objects.filter(pk__in=grants.values("user_id")).order_by("pk"))


def display_name(user: Any) -> str:
    """What to call an account: the person's name, else the masked phone or e-mail."""
    if user is None or not getattr(user, "is_authenticated", False):
        return ""
    found = person_of(user)
    if found is not None and found.name:
        return found.name
    if user.phone:
        return identity.mask_phone(user.phone)
    return identity.mask_email(user.email or "")


def staff_name(user: Any) -> str:
    """What colleagues call an account: the person's name, else for one that holds or held a role the whole address.

    Two colleagues must never look like one where a second person has to confirm.
    """
    found = display_name(user)
    if not found or "*" not in found or not RoleGrant.objects.filter(user=user).exists():
        return found
    return str(user.email or user.phone)


def person(person_id: int) -> Person | None:
    return Person.objects.filter(pk=person_id).first()


def person_of(user: Any) -> Person | None:
    """The person behind an account; None before identification and for anonymous visitors."""
    if user is None or not user.pk:
        return None
    return Person.objects.filter(user_id=user.pk).first()


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    return Person.objects.in_bulk(list(set(ids)))


def find_by_document(kind: str, number: str) -> Person | None:
    return Person.objects.filter(document_kind=kind, document_index=document_index(kind, number)).first()


def people_named(name: str) -> QuerySet[Person]:
    """People whose name contains the text (normalised); none for an empty text."""
    text = rules.normal_name(name)
    return Person.objects.filter(name__icontains=text).order_by("pk") if text else Person.objects.none()


def contact_of(person: Person) -> tuple[str, str]:
    """Phone and e-mail to reach a person: the account's first, else what the institution gave."""
    account = person.user
    if account is not None and account.is_active:
        return account.phone or "", account.email or ""
    return person.phone, person.email


def waiting_claims() -> QuerySet[PersonClaim]:
    return PersonClaim.objects.filter(decision=None).select_related("user", "person").order_by("at", "pk")


def waiting_claim_of(user: User) -> PersonClaim | None:
    return waiting_claims().filter(user=user).first()


_latest = OrganisationEvent.objects.filter(organisation=OuterRef("pk")).order_by("-pk")


def _with_state() -> Any:
    newest = {"state": "kind", "state_since": "at", "state_reason": "reason"}
    marks = {name: Subquery(_latest.values(field)[:1]) for name, field in newest.items()}
    return Organisation.objects.annotate(**marks)


def organisation(code: str) -> Organisation | None:
    """The organisation of this code, with ``.state``, ``.state_since`` and ``.state_reason``."""
    return _with_state().filter(code=code).first()


def organisation_by_id(organisation_id: int) -> Organisation | None:
    return _with_state().filter(pk=organisation_id).first()


def organisations_by_id(ids: Iterable[int]) -> dict[int, Organisation]:
    wanted = set(ids)
    return {o.pk: o for o in _with_state().filter(pk__in=wanted)} if wanted else {}


def organisation_codes(ids: Iterable[int]) -> set[str]:
    """Codes of these organisations, whatever their state."""
    return set(Organisation.objects.filter(pk__in=set(ids)).values_list("code", flat=True))


def organisations(kind: str | None = None, *, active: bool = True) -> Any:
    """A queryset of organisations by name, of one kind or all; without ``active`` also those that may not act now."""
    found = _with_state()
    if kind:
        found = found.filter(kind=kind)
    return found.filter(state__in=rules.ACTIVE_STATES) if active else found


def institutions_of(user: Any) -> list[Organisation]:
    """Institutions the user manages or works for, and those the user applied for, whatever their state."""
    if user is None or not user.pk:
        return []
    held = active_grants().filter(
        user_id=user.pk, role__in=("institution_manager", "institution_staff"), organisation__isnull=False
    )
    asked = OrganisationEvent.objects.filter(kind="applied", by_id=user.pk)
    return list(
        _with_state()
        .filter(Q(pk__in=held.values("organisation_id")) | Q(pk__in=asked.values("organisation_id")))
        .filter(kind="institution")
        .order_by("name", "pk")
    )


def verified_addresses(user: User) -> set[str]:
    """The phone and e-mail of an account that answered a code."""
    from allauth.account.models import EmailAddress

    mine = {a for a in (user.phone, user.email) if a}
    answered = set(user.verified_contacts.filter(address__in=mine).values_list("address", flat=True))
    return answered | set(
        EmailAddress.objects.filter(user=user, verified=True, email=user.email).values_list(
            "email", flat=True
        )
    )


def waiting_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(organisation=organisation, answer=None).order_by("-at", "-pk")


def invitations_to(user: User) -> QuerySet[Invitation]:
    """Unanswered invitations to an address of this account that answered a code."""
    return (
        Invitation.objects.filter(address__in=verified_addresses(user), answer=None)
        .select_related("organisation")
        .order_by("-at", "-pk")
    )


def active_grants() -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(revocation=None)


def grants(
    *, user: User | None = None, role: str = "", organisation_ids: Iterable[int] | None = None
) -> QuerySet[RoleGrant]:
    """Grants not revoked, newest first; ``organisation_ids`` None = wherever they act."""
    found = (
        active_grants()
        .filter(user__is_active=True)
        .select_related("user", "user__person", "organisation", "by")
    )
    if user is not None:
        found = found.filter(user=user)
    if role:
        found = found.filter(role=role)
    if organisation_ids is not None:
        found = found.filter(organisation_id__in=list(organisation_ids))
    return found.order_by("-at", "-pk")


def roles_of(user: Any) -> tuple[rules.Role, ...]:
    """Roles held now; a suspended or not yet approved organisation gives none."""
    if user is None or not user.pk or not user.is_active:
        return ()
    return recall(user.pk, lambda: _roles_now(user.pk))


def _roles_now(user_id: int) -> tuple[rules.Role, ...]:
    latest = OrganisationEvent.objects.filter(organisation=OuterRef("organisation")).order_by("-pk")
    found = (
        active_grants()
        .filter(user_id=user_id)
        .annotate(state=Subquery(latest.values("kind")[:1]))
        .filter(Q(organisation=None) | Q(state__in=rules.ACTIVE_STATES))
        .order_by("pk")
        .values_list("role", "organisation_id")
    )
    return tuple(rules.Role(role, organisation_id) for role, organisation_id in found)


def access_any(user: Any, roles: Iterable[str]) -> bool:
    """May the user act in one of the roles anywhere?"""
    return rules.holds_any(roles_of(user), roles)


def access_at(user: Any, roles: Iterable[str], organisation_ids: Iterable[int]) -> bool:
    """May the user act in one of the roles for one of the organisations?"""
    return rules.holds_at(roles_of(user), roles, organisation_ids)


def access_organisations(user: Any, roles: Iterable[str]) -> set[int] | None:
    """Organisations the user acts for in one of the roles; None = all, the empty set = none."""
    return rules.organisations_held(roles_of(user), roles)


def access_person(user: Any, person: Person | None) -> bool:
    """Is this person the user's own?"""
    return bool(
        person is not None and user is not None and user.pk and user.is_active and person.user_id == user.pk
    )


def access_judge(
    user: Any, roles: Iterable[str], organisation_ids: Iterable[int], person: Person | None
) -> bool:
    """``access_at``, but never about oneself: nobody reviews, marks or confirms their own case."""
    return not access_person(user, person) and access_at(user, roles, organisation_ids)


def has_consent(person: Person, kind: str) -> bool:
    """Has the person (or the account behind) agreed and not withdrawn?"""
    return active_consent(person, kind) is not None


def active_consent(somebody: Person | User, kind: str) -> Consent | None:
    return consents_of(somebody).filter(kind=kind, withdrawal=None).order_by("-given_at", "-pk").first()


def consents_of(somebody: Person | User) -> QuerySet[Consent]:
    """Consents of a person and the account behind, or of an account and its person, oldest first."""
    if isinstance(somebody, Person):
        mine = Q(person=somebody)
        if somebody.user_id:
            mine |= Q(user_id=somebody.user_id)
    else:
        # two indexed look-ups; a join here would read the whole table
        mine = Q(user=somebody) | Q(person_id__in=Person.objects.filter(user=somebody).values("pk"))
    return Consent.objects.filter(mine).select_related("withdrawal").order_by("given_at", "pk")
