"""Names of files: safe on every system, and readable where the system can."""

from urllib.parse import unquote

import pytest
from werkzeug.http import parse_options_header

from voting.documents.filenames import ascii_name, disposition


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lấy phiếu tín nhiệm: đợt 2", "lay-phieu-tin-nhiem-dot-2"),
        ("Đặng Thị Ửng", "dang-thi-ung"),
        ("../../etc/passwd", "etc-passwd"),
        ("漢字", "x"),
        ("", "x"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_plain_name_has_letters_digits_and_hyphens_alone(text: str, name: str) -> None:
    assert ascii_name(text) == name


@pytest.mark.parametrize(
    "title",
    [
        'Bầu "Ban" chấp hành',
        "a\r\nSet-Cookie: x=1",
        "x; filename=evil.exe",
        "../../etc/passwd",
        "C:\\x",
        "…",
        "漢字 😀",
    ],
)
def test_a_title_cannot_get_out_of_the_header_or_of_the_folder(title: str) -> None:
    header = disposition(title, "docx")
    header.encode("ascii")
    assert not set("\r\n") & set(header)
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    assert options["filename"].endswith(".docx")
    assert not set('/\\:*?"<>|') & set(options["filename"])
    assert not options["filename"].startswith(".")


def test_the_full_name_keeps_its_diacritics() -> None:
    header = disposition("Biên bản kiểm phiếu Lấy phiếu", "docx")
    assert unquote(header.rpartition("''")[2]) == "Biên bản kiểm phiếu Lấy phiếu.docx"
    assert 'filename="bien-ban-kiem-phieu-lay-phieu.docx"' in header
