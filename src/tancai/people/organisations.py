"""Writes about organisations and the roles people hold for them."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from tancai.audit import api as audit
from tancai.people import queries, rules
from tancai.people.actions import normal_email, normal_phone
from tancai.people.errors import BadOrganisation, BadRole
from tancai.people.models import (
    Invitation,
    InvitationAnswer,
    Organisation,
    OrganisationEvent,
    RoleGrant,
    RoleRevocation,
    User,
)
from tancai.people.remembering import forget


@transaction.atomic
def found_organisation(
    *, code: str, kind: str, name: str, name_en: str = "", by: User | None, at: datetime
) -> Organisation:
    """Set up an organisation that needs no application; raises BadOrganisation (``code_taken``, ``kind``, ``name``)."""
    if kind not in dict(Organisation.KINDS):
        raise BadOrganisation("kind")
    if not code or not name.strip():
        raise BadOrganisation("name")
    if Organisation.objects.filter(code=code).exists():
        raise BadOrganisation("code_taken")
    organisation = Organisation.objects.create(
        code=code, kind=kind, name=name.strip(), name_en=name_en.strip(), created_at=at
    )
    OrganisationEvent.objects.create(organisation=organisation, kind="founded", by=by, at=at)
    audit.record("people.found_organisation", by=by, at=at, target=("organisation", organisation.pk))
    return organisation


@transaction.atomic
def apply_institution(
    *,
    name: str,
    credit_code: str,
    region: str,
    address: str,
    contact_name: str,
    contact_phone: str,
    name_en: str = "",
    institution: Organisation | None = None,
    by: User,
    at: datetime,
) -> Organisation:
    """Apply to be registered as an institution, or (``institution``) apply again after a refusal.

    Raises BadOrganisation (``name``, ``credit_code``, ``credit_code_taken``, ``contact``, ``state``), BadContact.
    """
    name, credit_code = name.strip(), credit_code.strip().upper()
    if len(name) < 4:
        raise BadOrganisation("name")
    if not rules.credit_code_ok(credit_code):
        raise BadOrganisation("credit_code")
    if not contact_name.strip():
        raise BadOrganisation("contact")
    phone = normal_phone(contact_phone)
    taken = Organisation.objects.filter(credit_code=credit_code)
    if institution is not None:
        taken = taken.exclude(pk=institution.pk)
        if not rules.may_step(state_of(institution), "applied"):
            raise BadOrganisation("state")
    if taken.exists():
        raise BadOrganisation("credit_code_taken")
    facts = {
        "name": name,
        "name_en": name_en.strip(),
        "credit_code": credit_code,
        "region": region.strip(),
        "address": address.strip(),
        "contact_name": contact_name.strip(),
        "contact_phone": phone,
    }
    if institution is None:
        code = f"inst-{secrets.token_hex(4)}"
        institution = Organisation.objects.create(kind="institution", code=code, created_at=at, **facts)
    else:
        Organisation.objects.filter(pk=institution.pk).update(**facts)
        institution.refresh_from_db()
    OrganisationEvent.objects.create(organisation=institution, kind="applied", by=by, at=at)
    forget()
    audit.record("people.apply_institution", by=by, at=at, target=("organisation", institution.pk))
    return institution


def state_of(organisation: Organisation) -> str:
    return rules.organisation_state(list(organisation.events.values_list("kind", flat=True)))


def _step(organisation: Organisation, step: str, *, reason: str, by: User | None, at: datetime) -> None:
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not rules.may_step(state_of(organisation), step):
        raise BadOrganisation("state")
    OrganisationEvent.objects.create(organisation=organisation, kind=step, reason=reason, by=by, at=at)
    forget()
    audit.record(f"people.organisation_{step}", by=by, at=at, target=("organisation", organisation.pk))


def applicant_of(organisation: Organisation) -> User | None:
    """Who applied last for this institution."""
    event = organisation.events.filter(kind="applied").last()
    return event.by if event is not None else None


@transaction.atomic
def approve_institution(organisation: Organisation, *, by: User | None, at: datetime) -> None:
    """Approve an application; the applicant becomes its manager. Raises BadOrganisation("state")."""
    _step(organisation, "approved", reason="", by=by, at=at)
    applicant = applicant_of(organisation)
    held = queries.active_grants().filter(
        user=applicant, role="institution_manager", organisation=organisation
    )
    if applicant is not None and applicant.is_active and not held.exists():
        grant_role(applicant, "institution_manager", organisation=organisation, by=by, at=at)


@transaction.atomic
def refuse_institution(organisation: Organisation, *, reason: str, by: User | None, at: datetime) -> None:
    """Refuse an application with a reason the applicant reads. Raises BadOrganisation."""
    if not reason.strip():
        raise BadOrganisation("reason")
    _step(organisation, "refused", reason=reason.strip(), by=by, at=at)


@transaction.atomic
def suspend_organisation(organisation: Organisation, *, reason: str, by: User | None, at: datetime) -> None:
    """Roles for the organisation stop counting until it is resumed. Raises BadOrganisation."""
    if not reason.strip():
        raise BadOrganisation("reason")
    _step(organisation, "suspended", reason=reason.strip(), by=by, at=at)


@transaction.atomic
def resume_organisation(organisation: Organisation, *, by: User | None, at: datetime) -> None:
    _step(organisation, "resumed", reason="", by=by, at=at)


@transaction.atomic
def grant_role(
    user: User, role: str, *, organisation: Organisation | None = None, by: User | None, at: datetime
) -> RoleGrant:
    """Let a user act in a role, everywhere or for one organisation.

    Raises BadRole (``unknown_role``, ``needs_organisation``, ``wrong_organisation``, ``already_granted``).
    """
    verdict = rules.role_fits(role, organisation.kind if organisation else None)
    if not verdict.ok:
        raise BadRole(verdict.code)
    User.objects.select_for_update().get(pk=user.pk)
    if queries.active_grants().filter(user=user, role=role, organisation=organisation).exists():
        raise BadRole("already_granted")
    grant = RoleGrant.objects.create(user=user, role=role, organisation=organisation, by=by, at=at)
    forget()
    audit.record("people.grant_role", by=by, at=at, target=("role_grant", grant.pk), detail={"role": role})
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, reason: str, by: User | None, at: datetime) -> RoleRevocation:
    """End a grant. Raises BadRole (``reason``, ``already_revoked``, ``last_admin``)."""
    if not reason.strip():
        raise BadRole("reason")
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if RoleRevocation.objects.filter(grant=grant).exists():
        raise BadRole("already_revoked")
    if grant.role == "platform_admin" and is_last_admin(grant.user):
        raise BadRole("last_admin")
    row = RoleRevocation.objects.create(grant=grant, reason=reason.strip(), by=by, at=at)
    forget()
    audit.record(
        "people.revoke_role", by=by, at=at, target=("role_grant", grant.pk), detail={"role": grant.role}
    )
    return row


@transaction.atomic
def invite_staff(
    organisation: Organisation, *, address: str, role: str = "institution_staff", by: User, at: datetime
) -> Invitation:
    """Invite the owner of a phone or e-mail to work for an institution.

    The answer never depends on whether the address has an account. Raises BadContact, BadRole.
    """
    verdict = rules.role_fits(role, organisation.kind)
    if not verdict.ok:
        raise BadRole(verdict.code)
    address = normal_email(address) if "@" in address else normal_phone(address)
    waiting = queries.waiting_invitations(organisation).filter(address=address, role=role).first()
    if waiting is not None:
        return waiting
    row = Invitation.objects.create(organisation=organisation, role=role, address=address, by=by, at=at)
    audit.record("people.invite", by=by, at=at, target=("invitation", row.pk), detail={"role": role})
    return row


@transaction.atomic
def answer_invitation(invitation: Invitation, *, accepted: bool, by: User, at: datetime) -> None:
    """The person invited accepts or declines; the address must be theirs. Raises BadRole("answered")."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if InvitationAnswer.objects.filter(invitation=invitation).exists():
        raise BadRole("answered")
    if invitation.address not in queries.verified_addresses(by):
        raise BadRole("not_invited")
    kind = "accepted" if accepted else "declined"
    InvitationAnswer.objects.create(invitation=invitation, kind=kind, by=by, at=at)
    audit.record(f"people.invitation_{kind}", by=by, at=at, target=("invitation", invitation.pk))
    held = queries.active_grants().filter(
        user=by, role=invitation.role, organisation_id=invitation.organisation_id
    )
    if accepted and not held.exists():
        grant_role(by, invitation.role, organisation=invitation.organisation, by=invitation.by, at=at)


@transaction.atomic
def take_back_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """The institution takes an unanswered invitation back. Raises BadRole("answered")."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if InvitationAnswer.objects.filter(invitation=invitation).exists():
        raise BadRole("answered")
    InvitationAnswer.objects.create(invitation=invitation, kind="taken_back", by=by, at=at)
    audit.record("people.invitation_taken_back", by=by, at=at, target=("invitation", invitation.pk))


def is_last_admin(user: User) -> bool:
    """Would nobody administer the platform without this user?"""
    admins = queries.active_grants().filter(role="platform_admin", user__is_active=True)
    holders = set(admins.values_list("user_id", flat=True))
    return holders == {user.pk}
