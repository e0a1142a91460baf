"""An institution's archive opened safely: names decoded, limits held, parts found. Knows nothing of applications.

Layout: one spreadsheet (报名申报表), a folder ``照片N`` of ``姓名_证件号.jpg``, a folder ``资料`` with one folder
``姓名_证件号`` a person. A single folder around everything is accepted.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tancai.enrolment.errors import BadArchive
from tancai.lib import identity

MEGABYTE = 1024 * 1024
MOST_ARCHIVE = 60 * MEGABYTE
MOST_FILES = 6000
MOST_UNPACKED = 600 * MEGABYTE
MOST_MEMBER = 12 * MEGABYTE
MOST_RATIO = 200
RATIO_FROM = MEGABYTE

_SHEET = (".xlsx", ".xls", ".xlsm", ".ods")
_PICTURE = (".jpg", ".jpeg", ".png")
OTHER_PICTURES = (".heic", ".heif", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".pdf")
_PORTRAITS = re.compile(r"照片\s*[+＋]?\s*(\d*)\s*[人张份]?")
_MATERIALS = re.compile(r"(学员|考生)?资料")
_PERSON = re.compile(r"(?P<name>.+?)[_＿](?P<number>[0-9A-Za-z]{5,20})")
_JUNK = re.compile(r"(^|/)(__MACOSX|\.|Thumbs\.db|desktop\.ini)", re.IGNORECASE)


@dataclass(frozen=True)
class Member:
    """A file of the archive; ``shown`` is its path with document numbers masked."""

    path: str
    index: int
    size: int

    @property
    def shown(self) -> str:
        return mask_path(self.path)

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix.lower()

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem


@dataclass(frozen=True)
class NamedFile:
    """A file that belongs to a person by its name: ``姓名_证件号``."""

    name: str
    number: str
    member: Member


@dataclass(frozen=True)
class Layout:
    """What was found where; ``stray`` files belong to nobody, ``misnamed`` sit in a known folder under a bad name."""

    sheet: Member
    portraits: tuple[NamedFile, ...] = ()
    materials: dict[str, tuple[NamedFile, ...]] = field(default_factory=dict)
    misnamed: tuple[Member, ...] = ()
    stray: tuple[Member, ...] = ()
    portrait_folder: str = ""
    portrait_total: int | None = None


def mask_path(path: str) -> str:
    """The path with everything that looks like a document number masked."""
    return re.sub(r"\d{6,}[\dXxＸｘ]*", lambda found: identity.mask_document(found.group()), path)


class Archive:
    """A ZIP opened within limits; ``layout()`` sorts its members, ``read(member)`` unpacks one."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_ARCHIVE:
            raise BadArchive("too_large", most=MOST_ARCHIVE // MEGABYTE)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise BadArchive("not_a_zip") from error
        self._infos = self._zip.infolist()
        self._guard()

    def _guard(self) -> None:
        if len(self._infos) > MOST_FILES:
            raise BadArchive("too_many_files", most=MOST_FILES)
        if sum(info.file_size for info in self._infos) > MOST_UNPACKED:
            raise BadArchive("too_large_unpacked", most=MOST_UNPACKED // MEGABYTE)
        for info in self._infos:
            path = decode_name(info)
            if info.flag_bits & 0x1:
                raise BadArchive("encrypted", file=mask_path(path))
            if unsafe(path):
                raise BadArchive("unsafe_path", file=mask_path(path))
            if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * max(info.compress_size, 1):
                raise BadArchive("ratio", file=mask_path(path))

    def members(self) -> list[Member]:
        found = [
            Member(decode_name(info), index, info.file_size)
            for index, info in enumerate(self._infos)
            if not info.is_dir()
        ]
        found = [member for member in found if not _JUNK.search(member.path)]
        return _without_wrapper(found)

    def read(self, member: Member) -> bytes:
        """The bytes of one member; raises BadArchive when it is damaged or larger than a file may be."""
        if member.size > MOST_MEMBER:
            raise BadArchive("member_too_large", file=member.shown, most=MOST_MEMBER // MEGABYTE)
        try:
            with self._zip.open(self._infos[member.index]) as stream:
                # one byte more than declared shows a member that lies about its size
                data = stream.read(member.size + 1)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            OSError,
            RuntimeError,
            ValueError,
            EOFError,
        ) as error:
            raise BadArchive("damaged", file=member.shown) from error
        except Exception as error:  # decompressors raise their own errors
            raise BadArchive("damaged", file=member.shown) from error
        if len(data) != member.size:
            raise BadArchive("damaged", file=member.shown)
        return data

    def layout(self) -> Layout:
        """Sort the members; raises BadArchive when there is no spreadsheet or more than one candidate."""
        members = self.members()
        sheets = [
            m for m in members if "/" not in m.path and m.suffix in _SHEET and not m.stem.startswith("~$")
        ]
        named = [m for m in sheets if "申报" in m.stem or "报名" in m.stem]
        if len(sheets) != 1 and len(named) != 1:
            code = "no_spreadsheet" if not sheets else "several_spreadsheets"
            raise BadArchive(code, files=[m.shown for m in sheets][:5])
        return _sorted_layout(members, named[0] if len(named) == 1 else sheets[0])


def _sorted_layout(members: list[Member], sheet: Member) -> Layout:
    portraits: list[NamedFile] = []
    materials: dict[str, list[NamedFile]] = {}
    misnamed: list[Member] = []
    stray: list[Member] = []
    folder, total = "", None
    for member in members:
        if member is sheet:
            continue
        top, _, rest = member.path.partition("/")
        if rest and (match := _PORTRAITS.fullmatch(top)):
            folder, total = top, int(match[1]) if match[1] else total
            _take_portrait(member, rest, portraits, misnamed)
        elif rest and _MATERIALS.fullmatch(top):
            _take_material(member, rest, materials, misnamed)
        else:
            stray.append(member)
    return Layout(
        sheet=sheet,
        portraits=tuple(portraits),
        materials={number: tuple(files) for number, files in materials.items()},
        misnamed=tuple(misnamed),
        stray=tuple(stray),
        portrait_folder=folder,
        portrait_total=total,
    )


def _take_portrait(member: Member, rest: str, portraits: list[NamedFile], misnamed: list[Member]) -> None:
    person = read_person(member.stem)
    if "/" in rest or member.suffix not in _PICTURE or person is None:
        misnamed.append(member)
    else:
        portraits.append(NamedFile(*person, member))


def _take_material(
    member: Member, rest: str, materials: dict[str, list[NamedFile]], misnamed: list[Member]
) -> None:
    folder, _, name = rest.partition("/")
    person = read_person(folder) if name else None
    if person is None:
        misnamed.append(member)
    else:
        materials.setdefault(person[1], []).append(NamedFile(*person, member))


def read_person(text: str) -> tuple[str, str] | None:
    """``(name, normal document number)`` of ``姓名_证件号`` with nothing more in it, else None."""
    match = _PERSON.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return (match["name"].strip(), identity.normal_document(match["number"])) if match else None


def decode_name(info: zipfile.ZipInfo) -> str:
    """The member's path: UTF-8 where flagged or valid, otherwise GB 18030 (what Windows in Chinese writes)."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = name.encode()
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def unsafe(path: str) -> bool:
    """A path that would leave the folder it is unpacked into, or names no file."""
    return path.startswith("/") or ":" in path.split("/")[0] or ".." in path.split("/") or "\x00" in path


def _without_wrapper(members: list[Member]) -> list[Member]:
    tops = {member.path.partition("/")[0] for member in members}
    if len(tops) != 1 or not members or any("/" not in member.path for member in members):
        return members
    top = next(iter(tops))
    if _PORTRAITS.fullmatch(top) or _MATERIALS.fullmatch(top):
        return members
    return [Member(m.path.partition("/")[2], m.index, m.size) for m in members]


_KIND_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("identity_back", ("身份证反", "身份证背", "身份证国徽", "国徽", "反面", "背面")),
    ("identity_front", ("身份证", "正面", "人像", "护照", "通行证", "居住证", "证件")),
    ("student_proof", ("学生证", "在读", "学籍", "在校")),
    ("degree_certificate", ("学位",)),
    ("education_certificate", ("学历", "毕业", "文凭")),
    ("work_proof", ("工作证明", "在职", "从业", "工作经历", "工作")),
    ("certificate_proof", ("证书", "职称", "资格", "技能")),
)


def material_kind(name: str, known: frozenset[str]) -> str:
    """The kind of material a file name speaks of, among the kinds the programme knows; else ``other_proof``."""
    stem = PurePosixPath(name).stem
    for kind, words in _KIND_WORDS:
        if kind in known and any(word in stem for word in words):
            return kind
    return "other_proof"
