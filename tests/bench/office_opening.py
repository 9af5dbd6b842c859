"""Opens files in LibreOffice as an unwary reader would set it up: all links brought up to date, all formulas worked out, macros allowed.

Run by a Python that knows UNO: python3 office_opening.py FILES…; a file's name on a line of its own once it is open, worked out,
printed and closed again.
"""

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

import uno
from com.sun.star.lang import DisposedException
from office import desktop, named

FULL_UPDATE, NO_WARNING = 3, 4  # com.sun.star.document: UpdateDocMode, MacroExecMode
ANY_SEPARATOR = "44/59/9,34,76,1,,0,false,true,false,false,false,0,true"  # comma, semicolon, tab; UTF-8; formulas are worked out
SETTINGS = {
    "Calc/Content/Update": {"Link": "0"},
    "Writer/Content/Update": {"Link": "0"},
    "Calc/Formula/Load": {"OOXMLRecalcMode": "0", "ODFRecalcMode": "0"},
    "Common/Security/Scripting": {"MacroSecurityLevel": "0", "DisableActiveContent": "false", "SecureURL": "<it>file:///</it>"},
}
ITEM = '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
    ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
)


def settle(document: object, printed: Path) -> None:
    """Work everything out and print it, so that rules of colouring and pictures are needed."""
    for work in ("calculateAll", "updateLinks", "refresh"):
        if hasattr(document, work):
            getattr(document, work)()
    if hasattr(document, "AreaLinks"):
        for links in (document.AreaLinks, document.ExternalDocLinks):
            for at in range(links.Count):
                if hasattr(links.getByIndex(at), "refresh"):
                    links.getByIndex(at).refresh()
    services = {
        "sheet.SpreadsheetDocument": "calc",
        "text.WebDocument": "writer_web",
        "text.TextDocument": "writer",
        "presentation.PresentationDocument": "impress",
        "drawing.DrawingDocument": "draw",
    }
    name = next(name for service, name in services.items() if document.supportsService(f"com.sun.star.{service}"))
    document.storeToURL(uno.systemPathToFileUrl(str(printed)), named(FilterName=f"{name}_pdf_Export"))


def main() -> None:
    """Start an office with a profile of its own, open all files, end it."""
    with tempfile.TemporaryDirectory() as folder:
        profile, pipe = Path(folder) / "profile", "opening" + Path(folder).name
        (profile / "user").mkdir(parents=True)
        items = "".join(
            ITEM.format(path=path, name=name, value=value) for path, values in SETTINGS.items() for name, value in values.items()
        )
        (profile / "user" / "registrymodifications.xcu").write_text(PROFILE.format(items=items), "utf-8")
        begun = [f"-env:UserInstallation={profile.as_uri()}", f"--accept=pipe,name={pipe};urp;"]
        office = subprocess.Popen(["soffice", "--headless", "--norestore", "--nologo", *begun], stderr=subprocess.DEVNULL)
        screen = desktop(pipe)
        for path in map(Path, sys.argv[1:]):
            csv = {"FilterName": "Text - txt - csv (StarCalc)", "FilterOptions": ANY_SEPARATOR} if path.suffix == ".csv" else {}
            asked = named(Hidden=True, UpdateDocMode=FULL_UPDATE, MacroExecutionMode=NO_WARNING, **csv)
            document = screen.loadComponentFromURL(uno.systemPathToFileUrl(str(path.resolve())), "_blank", 0, asked)
            if document is None:
                sys.exit(f"{path.name} does not open")
            settle(document, Path(folder) / "printed.pdf")
            document.close(True)
            print(path, flush=True)
        with contextlib.suppress(DisposedException):  # it is gone before it has answered
            screen.terminate()
        office.wait(timeout=60)


if __name__ == "__main__":
    main()
