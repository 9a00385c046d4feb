import json
import xml.dom.minidom

import pytest
from pictures import SHAPE, SVG_START, png, svg

from pinback.errors import PictureError
from pinback.images.clean_svg import clean_svg, svg_around_png
from pinback.images.png import MAX_BAKED_BYTES
from pinback.images.svg import MAX_BAKED_SVG_BYTES, OB2_NAMESPACE, OB3_NAMESPACE, bake_svg, unbake_svg

JWS = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6MX0.c2lnX-"
CREDENTIAL = json.dumps({"name": 'Zoë 🏅 <a href="x">&amp; ]] >', "long": "ü𝄞" * 8000}, ensure_ascii=False)
ART = clean_svg(svg(f"<title>a &gt; b</title>{SHAPE}"))


def test_both_documents_come_back():
    assert len(CREDENTIAL.encode()) > 30_000
    assert unbake_svg(bake_svg(ART, JWS, CREDENTIAL)) == {"openbadges": JWS, "openbadgecredential": CREDENTIAL}


def test_without_a_jws_the_credential_is_the_first_child():
    baked = bake_svg(ART, None, CREDENTIAL)
    assert unbake_svg(baked) == {"openbadgecredential": CREDENTIAL}
    assert b'org/ob/v3p0"><openbadges:credential><![CDATA[{' in baked


def test_line_breaks_at_the_ends_of_the_credential_come_back():
    credential = "{\n\t}\n"
    assert unbake_svg(bake_svg(ART, None, credential))["openbadgecredential"] == credential


def test_reader_with_namespaces_finds_both_elements():
    document = xml.dom.minidom.parseString(bake_svg(ART, JWS, CREDENTIAL))
    (assertion,) = document.getElementsByTagNameNS(OB2_NAMESPACE, "assertion")
    (credential,) = document.getElementsByTagNameNS(OB3_NAMESPACE, "credential")
    assert [node.nodeName for node in document.documentElement.childNodes][:2] == [
        "openbadges:assertion",
        "openbadges:credential",
    ]
    assert assertion.getAttribute("verify") == JWS
    assert not assertion.childNodes
    (section,) = credential.childNodes
    assert section.nodeType == section.CDATA_SECTION_NODE
    assert section.data == CREDENTIAL
    assert document.documentElement.getAttribute("xmlns:openbadges") == OB3_NAMESPACE


def test_reader_that_only_knows_the_tag_name_finds_the_assertion():
    # As openbadges_bakery 1.2.4 does it: the file begins with <svg, and the prefix is taken for part of the name.
    baked = bake_svg(ART, JWS, CREDENTIAL)
    assert b"<svg" in baked[:256]
    document = xml.dom.minidom.parseString(baked)
    assert document.getElementsByTagName("openbadges:assertion")[0].attributes["verify"].nodeValue == JWS


def test_baking_leaves_the_drawing_alone():
    baked = bake_svg(ART, JWS, CREDENTIAL)
    opening = ART.index(b">") + 1
    assert baked.startswith(ART[: opening - 1])
    assert baked.endswith(ART[opening:])
    assert clean_svg(baked) == ART


def test_a_bracket_inside_an_attribute_does_not_end_the_tag():
    art = b"""<svg a="1 > 0" b='"/>' xmlns="http://www.w3.org/2000/svg" ><g/></svg>"""
    baked = bake_svg(art, JWS, "{}")
    assert baked.index(b"b='\"/>'") < baked.index(b"<openbadges:assertion")
    assert unbake_svg(baked) == {"openbadges": JWS, "openbadgecredential": "{}"}


@pytest.mark.parametrize(
    "art",
    [b"", b"<g></g>", b"<svg/>", b"<!-- --><svg></svg>", b'<svg a="', b"<svgx>", bake_svg(ART, JWS, "{}"), svg("")[1:]],
)
def test_picture_that_is_not_a_cleaned_svg_is_refused(art):
    with pytest.raises(PictureError, match="not an SVG that can carry a badge"):
        bake_svg(art, JWS, "{}")


@pytest.mark.parametrize("text", ["a]]>b", "\r", "\0", "\ufffe", "\uffff", "\x1f", "\ud800"])
def test_credential_that_xml_cannot_carry_is_refused(text):
    with pytest.raises(PictureError, match='"]]>" or a character'):
        bake_svg(ART, JWS, '{"a":"' + text + '"}')


@pytest.mark.parametrize("jws", ["", "a.b", "a.b.c.d", 'a.b.c" x="', "a.b.ü", "a.b.c\n"])
def test_token_that_is_no_compact_jws_is_our_own_mistake(jws):
    with pytest.raises(ValueError, match="compact JWS"):
        bake_svg(ART, jws, "{}")


def test_document_above_the_limit_is_refused():
    with pytest.raises(PictureError, match="more than 2097152 bytes"):
        bake_svg(ART, None, "{" + " " * MAX_BAKED_BYTES)
    with pytest.raises(PictureError, match="more than 2097152 bytes"):
        unbake_svg(baked("<x:credential>{" + " " * MAX_BAKED_BYTES + "</x:credential>"))


def test_picture_around_a_png_can_be_baked():
    assert unbake_svg(bake_svg(svg_around_png(png()), JWS, "{}"))["openbadges"] == JWS


# Reading what others baked


def baked(inside: str, namespace=OB3_NAMESPACE) -> bytes:
    return f'<?xml version="1.0"?>\n<!-- x -->\n{SVG_START} xmlns:x="{namespace}">{inside}{SHAPE}</svg>'.encode()


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('<x:credential verify="a.b.c"/>', "a.b.c"),
        ('<x:credential verify="a.b.c"></x:credential>', "a.b.c"),
        ("<x:credential>\n <![CDATA[{}]]>\n</x:credential>", "\n {}\n"),
        ("<x:credential>\n a.b.c\n</x:credential>", "a.b.c"),
        ("<g><x:credential>{&quot;a&quot;:1}</x:credential></g>", '{"a":1}'),
        ('<x:credential verify="a.b.c">{}</x:credential>', "a.b.c"),
    ],
)
def test_credential_is_read_from_attribute_or_body(inside, text):
    assert unbake_svg(baked(inside)) == {"openbadgecredential": text}


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('<x:assertion verify="https://example.org/1"><![CDATA[{}]]></x:assertion>', "{}"),
        ('<x:assertion verify="https://example.org/1"/>', "https://example.org/1"),
        ('<x:assertion verify="a.b.c"><![CDATA[a.b.c]]></x:assertion>', "a.b.c"),
    ],
)
def test_assertion_is_read_from_attribute_or_body(inside, text):
    assert unbake_svg(baked(inside, OB2_NAMESPACE)) == {"openbadges": text}


def test_elements_of_other_namespaces_are_not_documents():
    assert unbake_svg(baked("<x:assertion>{}</x:assertion><credential>{}</credential>")) == {}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (baked("<x:credential>{}</x:credential><g><x:credential>{}</x:credential></g>"), "two openbadgecredential"),
        (baked("<x:credential> </x:credential>"), "empty badge document"),
        (baked("<x:credential>{}"), "not sound XML"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "declares entities"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>', "declares entities"),
        (b"<svg>&a;</svg>", "not sound XML"),
        (b" " * (MAX_BAKED_SVG_BYTES + 1), "the limit is 20971520"),
        (b"<svg>" + b"<g/>" * 20_000 + b"</svg>", "more than 20000 elements"),
        (b"<g>" * 1_000_000, "nested more than 64 deep"),
    ],
)
def test_unsound_file_is_refused(data, message):
    with pytest.raises(PictureError, match=message):
        unbake_svg(data)
