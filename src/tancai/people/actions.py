"""Writes about people: each one transaction and one audit line."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tancai.audit import api as audit
from tancai.lib import clock, identity
from tancai.people import queries, rules
from tancai.people.errors import (
    AlreadyIdentified,
    BadContact,
    BadIdentity,
    ClaimWaiting,
    DocumentTaken,
    NameMismatch,
)
from tancai.people.models import (
    ClaimDecision,
    Consent,
    ConsentWithdrawal,
    Person,
    PersonClaim,
    PersonCorrection,
    User,
    VerifiedContact,
)


def normal_email(text: str) -> str:
    """The address in lower case without surrounding space; raises BadContact("email")."""
    email = (text or "").strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadContact("email") from error
    return email


def normal_phone(text: str) -> str:
    """E.164; raises BadContact("phone")."""
    try:
        return identity.normal_phone(text)
    except ValueError as error:
        raise BadContact("phone") from error


def _email_row(user: User, email: str, verified: bool) -> None:
    """The sign-in library keeps its own table of addresses; it stays in step with ``User.email``."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.filter(user=user).exclude(email__iexact=email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": verified, "primary": True}
    )


def drop_email_rows(user: User) -> None:
    """Forget the addresses that the sign-in library keeps of this account."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.filter(user=user).delete()


@transaction.atomic
def register(
    *,
    phone: str | None = None,
    email: str | None = None,
    password: str | None = None,
    language: str = "zh-hans",
    verified: bool = True,
    at: datetime,
    by: User | None = None,
) -> User:
    """Open an account with a phone, an e-mail or both; without a password sign-in needs recovery first.

    ``verified`` says that the addresses are known to be the user's.
    Raises BadContact (``missing``, ``phone``, ``email``, ``phone_taken``, ``email_taken``).
    """
    phone = normal_phone(phone) if phone else None
    email = normal_email(email) if email else None
    if not phone and not email:
        raise BadContact("missing")
    if phone and User.objects.filter(phone=phone).exists():
        raise BadContact("phone_taken")
    if email and User.objects.filter(email__iexact=email).exists():
        raise BadContact("email_taken")
    user = User(phone=phone, email=email, language=language, joined_at=at)
    user.set_password(password)
    user.save()
    if verified:
        if email:
            _email_row(user, email, verified)
        VerifiedContact.objects.bulk_create(
            VerifiedContact(user=user, address=address, verified_at=at)
            for address in (phone, email)
            if address
        )
    audit.record("people.register", by=by or user, at=at, target=("user", user.pk))
    return user


def _checked(
    *, name: str, sex: str | None, birth: date | None, document_kind: str, document: str, at: datetime
) -> tuple[str, str, date | None, identity.DocumentCheck]:
    check = identity.check_document(document_kind, document)
    sex = sex or check.sex
    birth = birth or check.birth
    codes = rules.judge_identity(
        name=name,
        sex=sex,
        birth=birth,
        document_ok=check.ok,
        document_code=check.code,
        document_sex=check.sex,
        document_birth=check.birth,
        today=clock.local_date(at),
    )
    if codes:
        raise BadIdentity(codes[0], codes=codes)
    return rules.normal_name(name), sex, birth, check


def _new_person(
    *,
    user: User | None,
    name: str,
    sex: str,
    birth: date | None,
    kind: str,
    number: str,
    at: datetime,
    **contact: str,
) -> Person:
    return Person.objects.create(
        user=user,
        name=name,
        sex=sex,
        birth=birth,
        document_kind=kind,
        document=number,
        document_index=queries.document_index(kind, number),
        document_masked=identity.mask_document(number),
        created_at=at,
        **contact,
    )


def identify(
    user: User,
    *,
    name: str,
    sex: str | None = None,
    birth: date | None = None,
    document_kind: str,
    document: str,
    by: User | None,
    at: datetime,
) -> Person:
    """Join an account and an identity.

    Sex and birth date may be left out where the document carries them. A person whom an institution entered is
    claimed when name and document agree and the account's phone is the one the institution gave; with another
    phone a claim is opened for the office and ClaimWaiting raised.
    Raises BadIdentity, AlreadyIdentified, NameMismatch, DocumentTaken, ClaimWaiting.
    """
    name, sex, birth, check = _checked(
        name=name, sex=sex, birth=birth, document_kind=document_kind, document=document, at=at
    )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        mine = queries.person_of(user)
        if mine is not None:
            raise AlreadyIdentified
        known = queries.find_by_document(document_kind, check.normal)
        if known is None:
            person = _new_person(
                user=user, name=name, sex=sex, birth=birth, kind=document_kind, number=check.normal, at=at
            )
            audit.record("people.identify", by=by, at=at, target=("person", person.pk))
            return person
        if known.user_id is not None:
            raise DocumentTaken
        if not rules.names_agree(known.name, name):
            raise NameMismatch
        if known.phone and known.phone == user.phone and is_verified(user, known.phone):
            _join(known, user)
            audit.record("people.claim", by=by, at=at, target=("person", known.pk), detail={"proof": "phone"})
            return known
        claim = queries.waiting_claims().filter(user=user, person=known).first()
        if claim is None:
            claim = PersonClaim.objects.create(user=user, person=known, at=at)
            audit.record("people.claim_open", by=by, at=at, target=("claim", claim.pk))
    raise ClaimWaiting(claim=claim.pk)


def is_verified(user: User, address: str) -> bool:
    """Has a code sent to this address come back from this account?"""
    return VerifiedContact.objects.filter(user=user, address=address).exists()


def _join(person: Person, user: User) -> None:
    person.user = user
    person.save(update_fields=["user"])


@transaction.atomic
def decide_claim(
    claim: PersonClaim, *, confirmed: bool, reason: str = "", by: User | None, at: datetime
) -> ClaimDecision:
    """A clerk confirms or refuses that the account's owner is the person an institution entered.

    Raises PeopleError subclasses: AlreadyIdentified when account or person were joined meanwhile or the claim
    was decided.
    """
    claim = PersonClaim.objects.select_for_update().get(pk=claim.pk)
    if ClaimDecision.objects.filter(claim=claim).exists():
        raise AlreadyIdentified
    if confirmed:
        if claim.person.user_id is not None or queries.person_of(claim.user) is not None:
            raise AlreadyIdentified
        _join(claim.person, claim.user)
    decision = ClaimDecision.objects.create(claim=claim, confirmed=confirmed, reason=reason, by=by, at=at)
    audit.record(
        "people.claim_decide", by=by, at=at, target=("claim", claim.pk), detail={"confirmed": confirmed}
    )
    return decision


@transaction.atomic
def enter_person(
    *,
    name: str,
    document_kind: str,
    document: str,
    sex: str | None = None,
    birth: date | None = None,
    phone: str | None = None,
    email: str | None = None,
    by: User | None,
    at: datetime,
) -> Person:
    """The person of this document, entered now if unknown (institutions enrol people without accounts).

    Phone and e-mail are kept only for a person without an account, and only where none was known.
    Raises BadIdentity, BadContact, NameMismatch.
    """
    name, sex, birth, check = _checked(
        name=name, sex=sex, birth=birth, document_kind=document_kind, document=document, at=at
    )
    phone = normal_phone(phone) if phone else ""
    email = normal_email(email) if email else ""
    known = queries.find_by_document(document_kind, check.normal)
    if known is None:
        person = _new_person(
            user=None,
            name=name,
            sex=sex,
            birth=birth,
            kind=document_kind,
            number=check.normal,
            at=at,
            phone=phone,
            email=email,
        )
        audit.record("people.enter", by=by, at=at, target=("person", person.pk))
        return person
    if not rules.names_agree(known.name, name):
        raise NameMismatch
    if known.user_id is None and ((phone and not known.phone) or (email and not known.email)):
        known.phone, known.email = known.phone or phone, known.email or email
        known.save(update_fields=["phone", "email"])
        audit.record("people.contact", by=by, at=at, target=("person", known.pk))
    return known


@transaction.atomic
def correct_identity(
    person: Person,
    *,
    name: str,
    sex: str | None = None,
    birth: date | None = None,
    document_kind: str,
    document: str | None = None,
    reason: str,
    by: User | None,
    at: datetime,
) -> Person:
    """The office corrects an identity; what stood before is kept sealed. ``document`` None keeps the number.

    Raises BadIdentity, DocumentTaken.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    number = document if document is not None else person.document or ""
    name, sex, birth, check = _checked(
        name=name, sex=sex, birth=birth, document_kind=document_kind, document=number, at=at
    )
    other = queries.find_by_document(document_kind, check.normal)
    if other is not None and other.pk != person.pk:
        raise DocumentTaken
    before = {
        "name": person.name,
        "sex": person.sex,
        "birth": person.birth.isoformat() if person.birth else None,
        "document_kind": person.document_kind,
        "document": person.document,
    }
    PersonCorrection.objects.create(person=person, before=before, reason=reason, by=by, at=at)
    person.name, person.sex, person.birth = name, sex, birth
    person.document_kind, person.document = document_kind, check.normal
    person.document_index = queries.document_index(document_kind, check.normal)
    person.document_masked = identity.mask_document(check.normal)
    person.save()
    audit.record("people.correct_identity", by=by, at=at, target=("person", person.pk))
    return person


@transaction.atomic
def reveal_document(person: Person, *, reason: str, by: User | None, at: datetime) -> str:
    """The document number in clear; every call leaves an audit line with its reason."""
    audit.record(
        "people.reveal_document", by=by, at=at, target=("person", person.pk), detail={"reason": reason}
    )
    return person.document or ""


@transaction.atomic
def verify_contact(user: User, address: str, *, by: User | None, at: datetime) -> None:
    """A code sent to the address came back."""
    VerifiedContact.objects.create(user=user, address=address, verified_at=at)
    audit.record("people.verify_contact", by=by, at=at, target=("user", user.pk))


@transaction.atomic
def change_phone(user: User, phone: str | None, *, verified: bool, by: User | None, at: datetime) -> None:
    """Set or (where an e-mail remains) remove the phone; raises BadContact."""
    phone = normal_phone(phone) if phone else None
    if phone is None and not user.email:
        raise BadContact("missing")
    if phone and User.objects.filter(phone=phone).exclude(pk=user.pk).exists():
        raise BadContact("phone_taken")
    user.phone = phone
    user.save(update_fields=["phone"])
    if phone and verified:
        VerifiedContact.objects.create(user=user, address=phone, verified_at=at)
    audit.record("people.change_phone", by=by, at=at, target=("user", user.pk))


@transaction.atomic
def change_email(user: User, email: str | None, *, verified: bool, by: User | None, at: datetime) -> None:
    """Set or (where a phone remains) remove the e-mail; raises BadContact."""
    email = normal_email(email) if email else None
    if email is None and not user.phone:
        raise BadContact("missing")
    if email and User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise BadContact("email_taken")
    user.email = email
    user.save(update_fields=["email"])
    if email:
        _email_row(user, email, verified)
        if verified:
            VerifiedContact.objects.create(user=user, address=email, verified_at=at)
    else:
        drop_email_rows(user)
    audit.record("people.change_email", by=by, at=at, target=("user", user.pk))


@transaction.atomic
def change_password(user: User, password: str, *, by: User | None, at: datetime) -> None:
    """Set a password already judged fit; every other session of the account ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("people.change_password", by=by, at=at, target=("user", user.pk))


@transaction.atomic
def close_sessions(user: User, *, by: User | None, at: datetime) -> None:
    """End every session of the account; the caller renews the one that should go on."""
    user.session_round += 1
    user.save(update_fields=["session_round"])
    audit.record("people.close_sessions", by=by, at=at, target=("user", user.pk))


@transaction.atomic
def change_language(user: User, language: str, *, by: User | None, at: datetime) -> None:
    user.language = language
    user.save(update_fields=["language"])
    audit.record("people.change_language", by=by, at=at, target=("user", user.pk))


@transaction.atomic
def give_consent(
    somebody: User | Person, kind: str, *, text_version: str, by: User | None, at: datetime
) -> Consent:
    """Record agreement to a text; the same version agreed to already is returned as it is."""
    held = queries.active_consent(somebody, kind)
    if held is not None and held.text_version == text_version:
        return held
    person: Person | None
    if isinstance(somebody, Person):
        person, user = somebody, somebody.user
    else:
        person, user = queries.person_of(somebody), somebody
    consent = Consent.objects.create(
        kind=kind, text_version=text_version, given_at=at, person=person, user=user
    )
    audit.record("people.consent", by=by, at=at, target=("consent", consent.pk), detail={"kind": kind})
    return consent


@transaction.atomic
def withdraw_consent(somebody: User | Person, kind: str, *, by: User | None, at: datetime) -> int:
    """Withdraw every active consent of a kind; returns how many there were."""
    held = list(queries.consents_of(somebody).filter(kind=kind, withdrawal=None))
    for consent in held:
        ConsentWithdrawal.objects.create(consent=consent, by=by, at=at)
    if held:
        audit.record(
            "people.withdraw_consent", by=by, at=at, target=("consent", held[-1].pk), detail={"kind": kind}
        )
    return len(held)
