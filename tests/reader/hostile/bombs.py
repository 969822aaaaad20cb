"""Files made to exhaust, mislead or break whoever opens them; built when needed, never kept."""

import io
import zipfile

import xlsxwriter

GOOD_CSV = (
    "Date,Supplier,Account,Amount\n"
    "02/04/2024,Anytown Care Ltd,Care,100.00\n"
    "03/04/2024,Anytown Care Ltd,Care,-5.00\n"
)
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_HEADINGS = ["Date", "Supplier", "Account", "Amount"]


def workbook(fill=None, options=None):
    """A good workbook of two lines as bytes; ``fill(book, sheet)`` adds to it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True} | (options or {}))
    sheet = book.add_worksheet("Lines")
    sheet.write_row(0, 0, _HEADINGS)
    sheet.write_row(1, 0, ["02/04/2024", "Anytown Care Ltd", "Care", 100])
    sheet.write_row(2, 0, ["03/04/2024", "Anytown Care Ltd", "Care", -5])
    if fill:
        fill(book, sheet)
    book.close()
    return out.getvalue()


def repacked(changes, drop=()):
    """The good workbook with parts replaced or added: bytes, or an iterator of chunks."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *changes]):
            if name in drop:
                continue
            if name not in changes:
                new.writestr(name, old.read(name))
            elif isinstance(changes[name], bytes):
                new.writestr(name, changes[name])
            else:
                with new.open(name, "w", force_zip64=False) as part:
                    for chunk in changes[name]:
                        part.write(chunk)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def sheet_xml(rows, doctype=""):
    return (
        f'<?xml version="1.0"?>{doctype}<worksheet {_NS}><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


def entities(levels=9):
    """Billion laughs."""
    lines = ['<!ENTITY l0 "lol">']
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1)]
    doctype = f"<!DOCTYPE sst [{''.join(lines)}]>"
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>&l{levels};</t></is></c></row>'
    return repacked({SHEET: sheet_xml(cell, doctype)})


def quadratic():
    doctype = f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'
    text = "&a;" * 20_000
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    return repacked({SHEET: sheet_xml(cell, doctype)})


def external_entity():
    doctype = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
    return repacked({SHEET: sheet_xml(cell, doctype)})


def _chunks(megabytes, chunk):
    yield f'<?xml version="1.0"?><worksheet {_NS}><sheetData>'.encode()
    for _ in range(megabytes):
        yield chunk
    yield b"</sheetData></worksheet>"


def bomb_of_rows(megabytes=1024):
    row = b'<row><c t="n"><v>1</v></c></row>'
    return repacked({SHEET: _chunks(megabytes, row * ((1 << 20) // len(row)))})


def rows_within_the_limits(megabytes=40):
    """Passes the list of contents, and asks for much memory once its cells are objects."""
    row = b"<row>" + b"<c><v>1</v></c>" * 400 + b"</row>"
    return repacked({SHEET: _chunks(megabytes, row * ((1 << 20) // len(row)))})


def bomb_of_one_string(megabytes=1024):
    def parts():
        yield f'<sst {_NS} count="1" uniqueCount="1"><si><t>'.encode()
        for _ in range(megabytes):
            yield b"a" * (1 << 20)
        yield b"</t></si></sst>"

    return repacked({STRINGS: parts()})


def lying_contents():
    """The list of contents states a small size for a sheet of 60 MB."""
    data = bytearray(repacked({SHEET: _chunks(60, b" " * (1 << 20))}))
    position = 0
    while (at := data.find(b"PK\x01\x02", position)) >= 0:
        length = int.from_bytes(data[at + 28 : at + 30], "little")
        if data[at + 46 : at + 46 + length] == SHEET.encode():
            data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
        position = at + 4
    return bytes(data)


def far_cell():
    return repacked(
        {
            SHEET: sheet_xml(
                '<row r="1"><c r="A1"><v>1</v></c></row>'
                '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
            )
        }
    )


def bad_reference(reference="1A!"):
    cell = f'<row r="1"><c r="{reference}"><v>1</v></c></row>'
    return repacked({SHEET: sheet_xml(cell)})


def too_many_parts():
    return repacked({f"xl/media/{n}.txt": b"x" for n in range(1_001)})


def twice_the_same_part():
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(SHEET.upper(), b"<x/>")
    return out.getvalue()


def leading_out():
    return repacked({"xl/../../outside.xml": b"<x/>"})


def locked():
    """The head of an encrypted workbook: an OLE file whose directory names its contents."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + bytes(1024) + "EncryptedPackage".encode("utf-16-le") + bytes(480)


def other_zip(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()
