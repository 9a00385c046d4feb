"""Rosters for tests: written by hand, each for a rule, and made by hypothesis."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

BADGES = [
    {"slug": "knots", "names": ["Knots", "Węzły"], "languages": ["en", "pl"]},
    {"slug": "safe-coxing", "names": ["Safe coxing", "Bezpieczne sterowanie"], "languages": ["en"]},
]
KNOWN = [
    {"name": "Zoë Ångström", "contact": "", "badge": "Knots", "issued_on": "2026-05-17", "handle": "otter-7", "link": "https://badges.example.org/awards/abcdefgh234567ab/#n=Zo&k=x"},
    {"name": "Ada Bell", "contact": "ada@example.org", "badge": "Knots", "issued_on": "2025-05-17", "handle": "heron-2", "link": ""},
    {"name": "Ada Bell", "contact": "+44 1234 567890", "badge": "gone", "issued_on": "2025-05-17", "handle": "wren-3", "link": ""},
]  # fmt: skip
ASKED: dict[str, Any] = {
    "badges": BADGES,
    "languages": ["en", "pl"],
    "today": "2026-12-01",
    "known": KNOWN,
    "badge": "",
    "on": "",
    "columns": {},
    "dayOrder": "",
    "from": "auto",
    "hashEmails": False,
    "allMinors": False,
}
Case = tuple[bytes | str, dict[str, Any]]


def planted(rows: int = 200) -> tuple[bytes, bytes]:
    """Return a sheet with eight faults planted, as a spreadsheet program on Windows may save it, and the mended one.

    Faults: UTF-16, semicolons, CRLF, blanks behind cells and blank rows at the end, which are told and read over; a bad date, a
    duplicate, a missing name and an unknown badge, which stop it.
    """
    lines = [["Name", "Badge", "Date", "E-mail"]]
    for number in range(1, rows + 1):
        day = f"{number % 28 + 1}.{number % 12 + 1}.2025"
        badge = "Knots" if number % 2 else "Safe coxing"
        lines.append([f"Ängel Nóvak {number}", badge, day, f"person{number}@example.org"])
    mended = "\n".join(",".join(line) for line in lines) + "\n"
    broken = [line[:] for line in lines]
    broken[17][2] = "31.2.2025"
    broken[42] = broken[41][:]
    broken[99][0] = ""
    broken[150][1] = "Knotts"
    broken[10][0] += "   "
    text = "\r\n".join(";".join(line) for line in broken) + "\r\n;;;\r\n  \r\n"
    return ("\ufeff" + text).encode("utf-16-le"), mended.encode("utf-8")


def workbook(rows: list[list[tuple[str, str, str]]], plain: bool = False, **parts: str) -> bytes:
    """Return an .xlsx of cells, each a reference, attributes, and the inside of the element; *parts* replace parts by name, and a *plain* ZIP has none of a workbook."""
    made_rows = [[f'<c r="{place}" {attributes}>{inner}</c>' for place, attributes, inner in row] for row in rows]
    sheet = "".join(f"<row>{''.join(row)}</row>" for row in made_rows)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    files = {
        "xl/workbook.xml": f'{head}<workbook {main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Old" sheetId="1" state="hidden" r:id="rId9"/><sheet name="Camp &amp; co" sheetId="2" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId9" Type="http://x/worksheet" Target="worksheets/sheet9.xml"/></Relationships>',
        "xl/styles.xml": f'{head}<styleSheet {main}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f"{head}<sst {main}><si><t>Name</t></si><si><t>Date</t></si><si><t>Badge</t></si><si><r><t>Zoë </t></r><r><t>Ångström</t></r>"
        "<rPh><t>zoe</t></rPh></si><si><t>Knots</t></si></sst>",
        "xl/worksheets/sheet1.xml": f"{head}<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>",
        **{name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in ({"notes.txt": "no workbook"} if plain else files).items():
            archive.writestr(name, text)
    return stream.getvalue()


_HEADER = [("A1", 't="s"', "<v>0</v>"), ("B1", 't="s"', "<v>1</v>"), ("C1", 't="s"', "<v>2</v>")]
_ROW = [("A2", 't="s"', "<v>3</v>"), ("B2", 's="1"', "<v>46159</v>"), ("C2", 't="s"', "<v>4</v>")]


def written() -> Iterator[Case]:
    """Yield sheets written by hand, with what is asked."""

    def case(source: bytes | str, **asked: Any) -> Case:
        return source, {**ASKED, **asked}

    head = "Name,Badge,Date\n"
    yield from (case(one) for one in planted())
    for data in (
        b"",
        b" \n\n",
        b"\x00\x01\x02\x03",
        b"\xff\xfeA",
        b"\xd0\xcf\x11\xe0old",
        b"PK\x03\x04 no zip",
        b"%PDF-1.7",
    ):
        yield case(data)
    twins = [{"slug": "knots", "names": ["Knots", "Rope"]}, {"slug": "bends", "names": ["Knots", "Rope"]}]
    yield case(
        "Name,Badge,Date\nZoë,knots,2026-05-17\nAda,Knots,2026-05-17\nEva,rope,2026-05-17\nZoë Ångström,bends,17.5.2026\n",
        badges=twins,
    )
    yield case("Zoë Ångström\nAda Lovelace  \n\n  \nZoë Ångström", badge="knots", on="2026-05-17")
    yield case("Ada Lovelace", badge="knots")
    yield case("Ada Lovelace", on="2026-05-17")
    yield case("Zoë;x\nAda;y\n", badge="knots", on="2026-05-17")
    yield case(
        "Kurs Mai 2026\n\nVorname;Name;Prüfungsdatum;Abzeichen;Geb.-Datum\nZoë;Ångström;17. Mai 2026;Węzły;1.2.2012\n"
    )
    yield case("Nombre;Apellidos;Fecha;Insignia\nZoë;Ångström;17 de mayo de 2026;knots\n".encode("cp1252"))
    yield case("Имя,Date\nЗоя,2026-05-17\n", badge="knots", columns={"Имя": "name"})
    yield case("Имя,Date\nЗоя,2026-05-17\n", badge="knots")
    yield case("Name,Full name,Notes\nZ,Zoë A,x\n", badge="knots", on="2026-05-17", columns={"Notes": ""})
    yield case("Name,E-mail,Mobile,Mail\nZoë A,,+44 1234 567890,x@y\n", badge="knots", on="2026-05-17")
    yield case("Hans Meier; 3.2.2014\nMia 2014-02-03\nA|B\n", badge="knots", on="2026-05-17")
    yield case("Name,Date\nZoë Ångström,2026-05-24\nAda Bell,2026-05-24\n", badge="knots")
    yield case("Name,Badge,Date\nSean O\u2019Brien,Knots,2026-05-17\nSean O'Brien,Knots,2026-05-17\n")
    yield case(
        "Name,E-mail,Mobile\nZoë A,,+44 1234 567890\nAda Bell,,(01234) 567-890\nAda Bell,,\n",
        badge="knots",
        on="2026-05-17",
        hashEmails=True,
    )
    yield case('Name,Date\n"Ångström, ""Zoë""\nA.",2026-05-17\r\n"open,2026-05-17\n', badge="knots")
    for columns in (201, 2_001, 2_002):
        yield case(f"Name,Date\nZoë,2026-05-17{',x' * (columns - 2)}\nAda,2026-05-17{',' * 300}\n", badge="knots")
    yield case(
        head
        + '"=cmd()",knots,2026-05-17\n12345,knots,2026-05-17\nzoe@example.org,Knoten,2026-05-17\nA\u0007B,safe coxin,17\n'
        + "x" * 201
        + ",knots,2026-05-17\n"
    )
    dates = ("2026-05-17", "17.5.2026", "17/5/2026", "5/17/2026", "17 May 2026", "May 17, 2026", "17. Mai 2026", "2026年5月17日", "17/05/26", "17.05.26", "17-05-26", "31.2.2026", "2027-01-01", "1.1.3026", "01.01.1899", "٢٠٢٦-٠٥-١٧", "17 maja 2026 r.", "Sunday, 17 May 2026, 2:33 PM", "2026/05/17 10:33:02 AM GMT+2", "17 de maio de 2026", "So., 17.5.2026", "20260517", "17 مايو 2026", "17 mai", "mai 2026", "0/0/2026", "13/13/2026", "5/5/2026", "17th of May 2026", "17-May-2026", "2026-05-17T10:33:00Z", "1e3", "١٧/٥/٢٠٢٦", "2026. 5. 17.", "Sun 17 May 2026", "17 février 2026", "29.2.2024", "29.2.2026")  # fmt: skip
    for one in dates:
        yield case(f"Name|Badge|Date\nZoë|knots|{one}\n")
        yield case(f"Name|Badge|Born\nZoë|knots|{one}\n", on="2026-05-17")
    yield case(head + "A b,knots,3/4/2026\nB c,knots,5/6/2026\n")
    yield case(head + "A b,knots,3/4/2026\nB c,knots,25/6/2026\n")
    yield case(head + "A b,knots,3/4/2026\nB c,knots,5/6/2026\n", dayOrder="month-first")
    yield case(head + "A b,knots,25/4/2026\nB c,knots,5/26/2026\nC d,knots,1/2/2026\n")
    yield case(head + "Zoë Ångström,knots,2026-05-17\nzoë  ångström,knots,2026-05-18\nAda Bell,knots,2026-05-17\n")
    yield case(
        "Name,Badge,Date,Handle\nZoë Ångström,knots,2026-05-17,otter-7\nEve,knots,2026-05-17,otter-7\nEve,knots,2026-05-17,Otter 8\nEve,knots,2026-05-17,new-1\nEve,knots,2026-05-17,new-2\nEve,knots,2026-05-17,\n"
    )
    yield case("Name,Badge,Date,Public,Minor,Guardian consent,Language,Evidence,Valid until,Credits,Start,End\n"
               "Zoë A.,knots,2026-05-17,yes,yes,2026-05-01,polski,https://a.example.org/1 https://a.example.org/2,2025-01-01,2.5,2026-05-02,2026-05-01\n"
               "Zoë Ång,knots,2026-05-17,ja,✓,ja,cy,a.example.org,,2+5,,\n"
               "Eva Ång,safe-coxing,2026-05-17,oui,x,2026-05-01,pl,https://a.example.org:70000/,,,,\n"
               "Eva,knots,2026-05-17,perhaps,1,,,,,,,\nEva B,knots,2026-05-17,1,0,,,https://a.example.org/%zz,,,,,beside\n")  # fmt: skip
    yield case(
        'ID,Name,Email address,Quiz 1,Quiz 1 - Completion date,Course complete\n7,Zoë Ångström,zoe@example.org,Completed,"17/05/26, 10:33","17/05/26, 10:33"\n8,Ada Bell,ada@example.org,Not completed,,\n',
        badge="knots",
    )
    yield case("ID,Name\n7,Zoë\n", badge="knots", on="2026-05-17", **{"from": "moodle"})
    yield case(
        "Timestamp,Email Address,Score,What is your full name?\n5/17/2026 10:33:02,zoe@example.org,8 / 10,Zoë\n",
        badge="knots",
        columns={"What is your full name?": "name"},
    )
    yield case(
        "Zeitstempel\tE-Mail-Adresse\tPunktzahl\tIhr Name\n17.05.2026 10:33:02\tzoe@example.org\t8 / 10\tZoë\n",
        badge="knots",
        allMinors=True,
    )
    yield case("Name,Passed\nZoë,yes\nAda,nein\nEva,\nUma,2026-05-17\nIda,maybe\n", badge="knots", on="2026-05-16")
    yield case("Name,Badge,Date,E-mail\nZoë,knots,,x@y\nAda,,2026-05-17,=1\n")
    yield case("Name,Badge,Date\nZoë,knots,4/25/2026\nAda,knots,25/4/2026\n")
    yield case("Name,Badge,Date,Born\nZoë,knots,2026-05-17,3/4/2012\nAda,knots,2026-05-17,2026-05-18\n")
    yield case("Name,Badge,Date,Born\nZoë,knots,2026-05-17,2026-05-18\n")
    yield case(
        "Name,Badge,Date,Public,Evidence\nZoë A.,knots,2026-05-17,tak,"
        + " ".join(f"https://a.example.org/{number}" for number in range(51))
        + "\n",
        allMinors=True,
    )
    yield case(workbook([_HEADER], plain=True))
    yield case("a" * 20_001 + "\n", badge="knots", on="2026-05-17")
    yield case("," * 201 + "\n")
    yield case("Name,Date,Until\n" + "A,x,y\n" * 600, badge="knots")
    yield case("Name,Badge,Date,E-mail\nA,knots,17.5.2026,-\n" + ",no,17.5.2026,-\n" * 600)
    yield case('Name\n"' + '""' * 20_000 + '"\n', badge="knots", on="2026-05-17")
    # As many tags as are read of one part, but not of all parts together.
    texts = "<sst>" + "<si/>" * 1_000_000 + "</sst>"
    yield case(
        workbook(
            [_HEADER, _ROW],
            xl__sharedStrings_xml=texts,
            xl__styles_xml=f"<styleSheet>{'<a/>' * 1_000_000}</styleSheet>",
        )
    )
    yield case("A\n" * 100_001, badge="knots", on="2026-05-17")
    yield case((",".join(["A"] * 200) + "\n") * 10_001, badge="knots", on="2026-05-17")
    yield case(workbook([_HEADER, _ROW]))
    yield case(
        workbook(
            [
                _HEADER,
                [
                    ("A2", 't="inlineStr"', "<is><t>Ada_x0041_ &#66;</t></is>"),
                    ("B2", 's="2"', "<v>46159.5</v>"),
                    ("C2", 't="str"', "<f>1</f><v>knots</v>"),
                ],
            ]
        )
    )
    yield case(
        workbook(
            [
                _HEADER,
                [("A2", 't="b"', "<v>1</v>"), ("B2", "", "<v>4.41234567890E11</v>"), ("C2", 't="e"', "<v>#N/A</v>")],
                [("ZZ3", "", "<v>1</v>")],
            ]
        )
    )
    yield case(workbook([_HEADER, [("A2", 't="s"', "<v>99</v>"), ("B2", 's="1"', "<v>60</v>")]]))
    yield case(workbook([_HEADER], xl__worksheets__sheet1_xml="<worksheet><sheetData><row r='2'><c"))
    yield case(workbook([_HEADER], xl__worksheets__sheet1_xml="<!DOCTYPE x><worksheet><sheetData/></worksheet>"))
    yield case(
        workbook(
            [_HEADER],
            xl__worksheets__sheet1_xml='<worksheet><sheetData><row r="100001"><c r="A1"><v>1</v></c></row></sheetData></worksheet>',
        )
    )
    yield case(workbook([_HEADER], xl__workbook_xml="<workbook/>"))


_NAMES = ("Name", "Full name", "Vorname", "Nachname", "Prénom", "E-Mail", "Telefon", "Badge", "Abzeichen", "Date", "Fecha", "Born", "Valid until", "Minor", "Public", "Guardian consent", "Language", "Evidence", "Handle", "Role", "Credits", "Passed", "Course complete", "Timestamp", "Score", "Farbe", "", " date ")  # fmt: skip
_CELLS = ("", " ", "Zoë Ångström", "Ada Bell", "ada@example.org", "x@", "knots", "Knots", "safe coxing", "knts", "2026-05-17", "3/4/2026", "17/4/2026", "4/17/2026", "17.5.26", "May 17, 2026", "1.2.2012", "yes", "no", "ja", "en", "polski", "https://a.example.org/", "otter-7", "new-1", "2.5", "=1+1", "a\u0000b", '"', "x" * 70, "٣/٤/٢٠٢٦", "İ", "ΣΑΣ", "ẞ")  # fmt: skip
_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)


@st.composite
def made(draw: st.DrawFn) -> Case:
    """Make a sheet out of cells that mean something and such as do not, in any encoding."""
    cell = st.one_of(st.sampled_from(_CELLS), st.sampled_from(_CELLS), _TEXT)
    header = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=6))
    rows = draw(st.lists(st.lists(cell, min_size=0, max_size=len(header) + 1), max_size=6))
    sign = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quote = draw(st.booleans())

    def shown(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if quote else text

    lines = [header, *rows] if draw(st.booleans()) or not rows else rows
    text = end.join(sign.join(map(shown, line)) for line in lines) + draw(st.sampled_from(["", end]))
    asked = {
        **ASKED,
        "badge": draw(st.sampled_from(["", "knots"])),
        "on": draw(st.sampled_from(["", "2026-05-17"])),
        "dayOrder": draw(st.sampled_from(["", "day-first", "month-first"])),
        "from": draw(st.sampled_from(["auto", "auto", "moodle", "google-forms"])),
        "hashEmails": draw(st.booleans()),
        "allMinors": draw(st.sampled_from([False, False, True])),
        "columns": draw(st.sampled_from([{}, {}, {"Farbe": "name", "Score": "term"}])),
    }
    encoding = draw(st.sampled_from(["", "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "none"]))
    if not encoding:
        return text, asked
    if encoding == "none":
        return draw(st.binary(max_size=60)), asked
    mark = "\ufeff" if encoding.startswith("utf-16") and draw(st.booleans()) else ""
    return (mark + text).encode(encoding, "replace"), asked
