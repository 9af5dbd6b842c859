"""What a file that the program hands out is made of: all that its kind may not hold, and its texts as a reader sees them.

handed_out.toml allows parts, relations, elements and attributes by name; it forbids nothing.
"""

import csv
import io
import re
import struct
import tomllib
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from openpyxl.writer import theme

from checks import active_content
from pages.word_report import docx_writer, slides

ALLOWED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
# Signs that are no text, or turn the direction of all that follows.
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
RUNS = re.compile(r"[\s\u200b\ufeff]*[=+@＝＋－＠-]")  # the beginning of a cell that some office calculates
_DAY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_APPLICATIONS = ("Microsoft Excel", "Microsoft Excel Compatible / Openpyxl 3.1.5", "Microsoft Office Word", "Microsoft Office PowerPoint")
_CELLS = re.compile(r"'?[\w ]+'?!\$?[A-Z]+\$?\d+(:\$?[A-Z]+\$?\d+)?")
_SCHEMAS = re.compile(r"http://schemas\.(openxmlformats\.org|microsoft\.com)/[\w./-]+")


def root_of(content: bytes | str) -> ElementTree.Element:
    """The root of an XML part."""
    return ElementTree.fromstring(content)  # noqa: S314 — written by ourselves, and entities are refused


def local(name: str) -> str:
    """A name without its namespace."""
    return re.sub(r"\{.*\}", "", name)


def faults(content: bytes, kind: str = "", where: str = "") -> list[str]:
    """All that a file, and each file inside it, holds beside what its kind may; `kind` where its bytes do not tell."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {part.filename: package.read(part) for part in package.infolist()}
            loose = [f"{where}: comment" for part in package.infolist() if part.comment or part.extra] + [f"{where}: comment"] * bool(
                package.comment
            )
        if "[Content_Types].xml" in parts:
            return loose + _package(parts, kind or kind_of(parts), where)
        return loose + [fault for name, body in parts.items() for fault in (*name_faults(name), *faults(body, "", f"{where}/{name}"))]
    if content.startswith(b"\x89PNG"):
        return _png(content, where)
    text = content.decode("utf-8-sig")
    says = [f"{where}: sign {sign!a}" for sign in sorted(set(UNFIT.findall(text)))]
    if text.startswith("<?xml"):
        return says + _svg(text, where)
    if text.startswith("<!DOCTYPE html>"):
        return says + _Page(where, text).faults
    return says + (_csv(text, where) if content.startswith(b"\xef\xbb\xbf") else [])


def kind_of(parts: dict[str, bytes]) -> str:
    """The kind of an office's package."""
    return next(
        kind for kind, part in (("xlsx", "xl/"), ("docx", "word/"), ("pptx", "ppt/")) if any(name.startswith(part) for name in parts)
    )


def name_faults(name: str) -> list[str]:
    """What a name inside a ZIP must not be, on any system."""
    bad = [
        part
        for part in name.split("/")
        if not part or part.startswith(".") or len(part.encode()) > 240 or re.search(r"[\\:*?\"<>|\s]$", part)
    ]
    device = [part for part in name.split("/") if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part)]
    return [f"name {part!a}" for part in (*bad, *device)] + [f"name {name!a}"] * bool(
        re.search(r'[\\:*?"<>|\t\r\n]', name) or UNFIT.search(name)
    )


@cache
def _template(kind: str) -> dict[str, tuple[set[str], set[str]]]:
    """Names of elements and attributes in each part of a template, by the part's name without its number."""
    if kind in ("xlsx", "copy"):
        return {"theme": _names([root_of(theme.theme_xml)])}
    path = {"docx": docx_writer._TEMPLATE, "pptx": slides._TEMPLATE}[kind]
    with zipfile.ZipFile(path) as package:
        return {_stem(name): _names([root_of(package.read(name))]) for name in package.namelist() if name.endswith(".xml")}


def _names(roots: list[ElementTree.Element]) -> tuple[set[str], set[str]]:
    elements = [element for root in roots for element in root.iter()]
    return {local(element.tag) for element in elements}, {local(name) for element in elements for name in element.attrib}


def _stem(name: str) -> str:
    return re.sub(r"\d+$", "", Path(name).stem)


def _package(parts: dict[str, bytes], kind: str, where: str) -> list[str]:
    lists, wrong = ALLOWED[kind], list[str]()
    base = ALLOWED["xlsx"] if kind == "copy" else {}
    relations, types = ({*f"{lists[name]} {base.get(name, '')}".split()} for name in ("relations", "types"))
    for name, body in parts.items():
        place = f"{where}/{name}"
        if not re.fullmatch(lists["parts"], name):
            wrong.append(f"{place}: part")
        elif name.endswith((".png", ".xlsx")):
            wrong += faults(body, "", place)
        elif name.endswith(".rels"):
            for relation in root_of(body):
                type_, mode, target = (relation.get(key) or "" for key in ("Type", "TargetMode", "Target"))
                if type_.rpartition("/")[2] not in relations or mode or re.search(r":|\\|#", target):
                    wrong.append(f"{place}: relation {type_} {mode} {target}")
        elif name == "[Content_Types].xml":
            names = {
                re.sub(r"^(application|image)/(vnd\.openxmlformats-(officedocument|package)\.)?", "", entry.get("ContentType") or "")
                for entry in root_of(body)
            }
            wrong += [f"{place}: type {type_}" for type_ in sorted(names - types)]
        else:
            wrong += _xml(root_of(body), kind, _stem(name), {**base, **lists}.get(_stem(name)), place)
    return wrong


def _xml(root: ElementTree.Element, kind: str, stem: str, lists: dict | None, place: str) -> list[str]:
    if lists is None:
        return [f"{place}: no list"]
    if "template" in lists:
        elements, attributes = _template(kind)[stem]
        elements = elements | {*lists.get("more", "").split()}
    else:
        elements, attributes = ({*lists[name].split()} for name in ("elements", "attributes"))
    seen_elements, seen_attributes = _names([root])
    wrong = [f"{place}: element {name}" for name in sorted(seen_elements - elements)]
    wrong += [f"{place}: attribute {name}" for name in sorted(seen_attributes - attributes)]
    for element in root.iter():
        values = [element.text or "", element.tail or "", *element.attrib.values()]
        wrong += [f"{place}: sign {value[:40]!a}" for value in values if UNFIT.search(value)]
        wrong += [f"{place}: {fault}" for fault in _value(local(element.tag), element, stem)]
    return wrong


def _value(name: str, element: ElementTree.Element, stem: str) -> list[str]:
    """What an element says that it must not: calculated, linked, of somebody."""
    text, attributes = element.text or "", {local(key): value for key, value in element.attrib.items()}
    is_fine = {
        "f": lambda: bool(_CELLS.fullmatch(text)) if stem == "chart" else active_content.is_harmless(f"={text}"),
        "formula": lambda: active_content.is_harmless(f"={text}"),
        "formula1": lambda: active_content.is_harmless(f"={text}"),
        "definedName": lambda: attributes["name"] == "_xlnm.Print_Titles",
        "instrText": lambda: text.strip() == "PAGE",
        "hyperlink": lambda: bool(re.fullmatch(r"'([^'\[\]]|'')+'![A-Z]+\d+", attributes.get("location", ""))),
        "Application": lambda: text in _APPLICATIONS,
        "revision": lambda: text == "1",
        "created": lambda: bool(_DAY.fullmatch(text)),
        "modified": lambda: bool(_DAY.fullmatch(text)),
        "oddFooter": lambda: not re.search(r"&(?![LCRPN\d])", text.replace("&&", "")) and len(text) < 256,
        **dict.fromkeys(
            ("creator", "lastModifiedBy", "keywords", "description", "category", "subject"), lambda: stem != "core" or not text
        ),
    }
    wrong = [] if is_fine.get(name, lambda: True)() else [f"{name} {text!a} {attributes}"]
    if name == "c" and attributes.get("t") not in (None, "n", "s", "inlineStr", "b", "str", "e", "d"):
        wrong.append(f"cell {attributes}")
    return wrong + [
        f"address {value}"
        for key, value in attributes.items()
        if "://" in value and key in ("uri", "href", "location") and not _SCHEMAS.fullmatch(value)
    ]


def _png(content: bytes, where: str) -> list[str]:
    wrong, at, chunks = list[str](), 8, {*ALLOWED["png"]["chunks"].split()}
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        name, body = kind.decode("latin-1"), content[at + 8 : at + 8 + length]
        if name not in chunks or (name in ("tEXt", "iTXt") and body.partition(b"\0")[0].decode() not in ALLOWED["png"]["texts"].split()):
            wrong.append(f"{where}: chunk {name} {body[:40]!a}")
        if name == "iTXt" and UNFIT.search(body.rpartition(b"\0")[2].decode()):
            wrong.append(f"{where}: sign in {name}")
        at += 12 + length
    return wrong


def _svg(text: str, where: str) -> list[str]:
    wrong = [f"{where}: {part}" for part in re.findall(r"<!ENTITY|<\?xml-stylesheet|<!\[CDATA\[", text)]
    root = root_of(text)
    for element in root.iter():
        name, attributes = local(element.tag), {local(key): value for key, value in element.attrib.items()}
        if name not in ALLOWED["svg"]["elements"].split() or {*attributes} - {*ALLOWED["svg"]["attributes"].split()}:
            wrong.append(f"{where}: {name} {sorted(attributes)}")
        styled = [*attributes.values(), *([element.text or ""] if name == "style" else [])]
        wrong += [f"{where}: {value}" for value in styled if re.search(r"url\((?!#)|@import|javascript:|expression", value)]
        wrong += [f"{where}: {value}" for key, value in attributes.items() if key == "href" and not value.startswith("#")]
    return wrong


class _Page(HTMLParser):
    """A page as a browser takes it apart."""

    def __init__(self, where: str, text: str) -> None:
        super().__init__()
        self.where, self.faults = where, list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attrs}
        if tag not in ALLOWED["html"]["elements"].split() or names - {*ALLOWED["html"]["attributes"].split()}:
            self.faults.append(f"{self.where}: {tag} {sorted(names)}")
        self.faults += [
            f"{self.where}: {value}" for name, value in attrs if name == "href" and not re.fullmatch(r"#?[\w./-]+", value or "")
        ]


def _csv(text: str, where: str) -> list[str]:
    """What an office would calculate, also one that takes other signs for the end of a cell."""
    cells = [cell for mark in ",;\t" for line in csv.reader(io.StringIO(text, newline=""), delimiter=mark) for cell in line]
    return [f"{where}: cell {cell[:60]!a}" for cell in cells if RUNS.match(cell) and not re.fullmatch(r"-?[\d.]+", cell)]


def texts(content: bytes) -> list[str]:
    """The texts of a file, and of the files inside it, as a reader sees them: of a workbook its cells, of others their paragraphs."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        written = list[str]()
        for name, body in parts.items():
            if name.endswith((".xlsx", ".csv", ".docx", ".pptx")):
                written += texts(body)
            elif name.endswith(".xml"):
                root = root_of(body)
                written += ["".join(part.itertext()) for part in root.iter() if local(part.tag) in ("p", "is", "si", "v", "text")]
        if "xl/workbook.xml" in parts:
            return [re.sub(r"_x([0-9A-Fa-f]{4})_", lambda escape: chr(int(escape[1], 16)), text) for text in written]
        return written
    text = content.decode("utf-8-sig")
    if text.startswith("<?xml"):
        return [element.text or "" for element in root_of(text).iter()]
    return [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
