# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from rnnkit.errors import InputError
from rnnkit.tasks.jazz.charts import chart_of, read_chart

TEXT = """# a remark
Title: Blue
key: Bb
time: 3/4
tempo: 140

Bbmaj7 | Gm7
Cm7 | F7
"""

ABC = """X:1
T:Two Bars
M:4/4
L:1/8
Q:1/4=132
K:Gm
D2|"Gm7"G2 A>B "C7"c4|"^slow""F^7"(3FGA B2 z4|[1 "D7"A8:|[2 "Gm"G4 "N.C."G4|]
w: words are no music

X:2
K:C
"C"C8|
"""

XML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" "x">
<score-partwise><work><work-title>Small</work-title></work>
<part id="P1"><measure number="1"><attributes><divisions>2</divisions>
<key><fifths>-2</fifths><mode>major</mode></key>
<time><beats>4</beats><beat-type>4</beat-type></time></attributes>
<direction><sound tempo="90"/></direction>
<barline location="left"><repeat direction="forward"/></barline>
<harmony><root><root-step>C</root-step></root><kind>minor-seventh</kind></harmony>
<note><duration>4</duration></note>
<harmony><root><root-step>F</root-step><root-alter>1</root-alter></root>
<kind>dominant</kind><degree><degree-value>9</degree-value>
<degree-alter>-1</degree-alter><degree-type>add</degree-type></degree>
<bass><bass-step>B</bass-step><bass-alter>-1</bass-alter></bass></harmony>
<note><duration>4</duration></note></measure>
<measure number="2"><barline location="left"><ending number="1" type="start"/></barline>
<harmony><root><root-step>D</root-step></root><kind>half-diminished</kind></harmony>
<note><duration>8</duration></note>
<barline location="right"><ending number="1" type="stop"/>
<repeat direction="backward"/></barline></measure>
<measure number="3"><barline location="left"><ending number="2" type="start"/></barline>
<harmony><root><root-step>G</root-step></root><kind>suspended-fourth</kind>
<degree><degree-value>7</degree-value><degree-alter>0</degree-alter>
<degree-type>add</degree-type></degree></harmony>
<note><duration>8</duration></note></measure></part></score-partwise>"""

XML_BARS = "Cm7 F#7b9/Bb | Dm7b5 | Cm7 F#7b9/Bb | G7sus4"


def zipped(**members: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), body)
    return buffer.getvalue()


CONTAINER = (
    '<container><rootfiles><rootfile full-path="b.xml"/></rootfiles></container>'
)


def test_a_text_chart() -> None:
    chart = chart_of(TEXT.encode())
    assert (chart.title, chart.key, chart.tempo) == ("Blue", "Bb", 140)
    assert chart.progression.beats == 3
    assert chart.progression.text == "Bbmaj7 | Gm7 | Cm7 | F7"


def test_a_tune_in_abc() -> None:
    chart = chart_of(ABC.encode())
    assert (chart.title, chart.key, chart.tempo) == ("Two Bars", "Gm", 132)
    assert chart.progression.text == ("Gm7 C7 | Fmaj7 | D7 | Gm7 C7\nFmaj7 | Gm N.C.")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('"C"C4 "G"G4|"F"F8|', "C G | F"),
        ('"C"C2>D2 "G"G4|', "C G"),
        ('"C"[CEG]4 {gag}"G"G4|', "C G"),
        ('"C"C4"G"z4|Z2|', "C G | G | G"),
        ('"C"(3CDE (3CDE "G"(3:2:3C2D2E2|', "C G"),
        ('"C"C8|:"F"F8::"G"G8:|', "C | F | F | G\nG"),
        ('"C"C8&"D"D8|"G"C/C/C//C//C// C3z3|', "C | G"),
        ('"C"C4!trill!"G"G4 % "D"\n|"F"F8|', "C G | F"),
        ('|:"C"C6|"F"F8|"G"G6:|"C"C2|"F"F8|', "F | G | F | G / / C\nF"),
        ('V:1\n"C"C8|\nV:2\n"D"D8|\nV:1\n"F"F8|', "C | F"),
    ],
)
def test_abc_in_its_many_ways(body: str, text: str) -> None:
    chart = chart_of(f"X:1\nL:1/8\nK:C\n{body}\n".encode())
    assert chart.progression.text == text


def test_a_lead_sheet_in_musicxml_plain_or_compressed() -> None:
    for data in (
        XML.encode(),
        XML.replace("UTF-8", "UTF-16").encode("utf-16"),
        zipped(META_INF__container_xml=CONTAINER, a_xml="<x/>", b_xml=XML).replace(
            b"META.INF", b"META-INF"
        ),
        zipped(META_INF__container_xml="<broken'", b_musicxml=XML).replace(
            b"META.INF", b"META-INF"
        ),
    ):
        chart = chart_of(data)
        assert (chart.title, chart.key, chart.tempo) == ("Small", "Bb", 90)
        assert chart.progression.text == XML_BARS


@pytest.mark.parametrize(
    ("metre", "unit", "beats", "text"),
    [
        ("2/4", "1/4", 4, "C F"),
        ("6/8", "1/8", 3, "C | F"),
        ("2/2", "1/2", 4, "C | F"),
        ("6/4", "1/4", 3, "C | C | F | F"),
    ],
)
def test_other_metres_are_counted_in_four_or_three(
    metre: str, unit: str, beats: int, text: str
) -> None:
    count = metre[0]
    tune = f'X:1\nM:{metre}\nL:{unit}\nK:C\n"C"C{count}|"F"F{count}|\n'
    chart = chart_of(tune.encode())
    assert chart.progression.beats == beats
    assert chart.progression.text == text


def test_a_bar_of_six_is_two_of_three_with_each_chord_in_its_own() -> None:
    tune = b'X:1\nM:6/4\nL:1/4\nK:C\n"C"C2"F"F2"G"G2|"C"C6|\n'
    assert chart_of(tune).progression.text == "C F | F G / | C | C"


@pytest.mark.parametrize(("beats", "unit"), [("4", "0"), ("-3", "4"), ("3", "-4")])
def test_a_time_that_cannot_be_is_taken_for_four_four(beats: str, unit: str) -> None:
    time = f"<time><beats>{beats}</beats><beat-type>{unit}</beat-type></time>"
    harmony = (
        "<harmony><root><root-step>D</root-step></root><kind>minor</kind></harmony>"
    )
    note = "<note><duration>4</duration></note>"
    bar = f"<measure><attributes>{time}</attributes>{harmony}{note}</measure>"
    data = f"<score-partwise><part>{bar}</part></score-partwise>".encode()
    assert chart_of(data).progression.text == "Dm"
    assert chart_of(data).progression.beats == 4


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9))
    + "]><score-partwise>&a8;</score-partwise>"
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no chord in it"),
        (b"Dm7 | Qx", "'Qx' (bar 2)"),
        (b"time: 5/4\nC", "its time is '5/4'"),
        (b"tempo: fast\nC", "its tempo is 'fast'"),
        (b"\0\1\2", "not a text"),
        (b"\xff\xfe\0\0", "no sound XML"),
        (b"<score-partwise>", "no sound XML"),
        *(
            (b'<?xml version="1.0" encoding="%s"?><a/>' % name, "cannot be read")
            for name in (b"shift_jis", b"idna", b"hex", b"nonsense")
        ),
        (b"<html/>", "no MusicXML"),
        (b"<score-timewise/>", "no MusicXML"),
        (b"<score-partwise/>", "no chord symbols"),
        (BOMB.encode(), "defines entities"),
        (zipped(a_xml=BOMB), "defines entities"),
        (zipped(a_txt="x"), "holds no score"),
        (zipped(a_xml=b"<a>" + bytes(2**24 + 9)), "unfolds to more"),
        (zipped(a_xml=XML)[:300], "archive is damaged"),
        (zipped(**{f"f{n}": "" for n in range(1001)}), "1,001 files"),
        (b"X:1\nK:C\nCDEF|\n", "no chord symbols"),
        (b"X:1\nK:C\n" + b":" * 500_000, "500,008 characters"),
        (b"X:1\nK:C\n" + b":[!{" * 90_000, "no chord symbols"),
        (b"X:1\n", "no tune"),
        (b'X:1\nM:5/4\nK:C\n"C"C10|\n', "its time is 5/4"),
        (b'X:1\nK:C\n"Cmaj77"C8|\n', "'Cmaj77' (bar 1)"),
    ],
)
def test_what_is_no_chart_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "chart"
    path.write_bytes(data)
    with pytest.raises(InputError) as failure:
        read_chart(path)
    assert message in failure.value.message
    assert failure.value.message.isprintable()


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        read_chart(tmp_path / "none.txt")


def test_mutants_are_read_or_refused() -> None:
    chance = random.Random(5)
    seeds = [ABC.encode(), XML.encode(), zipped(a_xml=XML), TEXT.encode()]
    for _ in range(400):
        mutant = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(mutant))
            mutant[place : place + chance.choice((0, 1, 30))] = chance.randbytes(1)
        try:
            chart = chart_of(bytes(mutant))
        except InputError:
            continue
        assert len(chart.progression) < 5000


def test_repeats_without_end_do_not_hang() -> None:
    with pytest.raises(InputError, match="more than"):
        chart_of(b"X:1\nK:C\n" + b'|:"C"C8:|' * 3000)
    measure = "<measure><barline><repeat direction='backward' times='9999'/></barline>"
    harmony = (
        "<harmony><root><root-step>C</root-step></root><kind>major</kind></harmony>"
    )
    body = (measure + harmony + "</measure>") * 500
    with pytest.raises(InputError, match="more than"):
        chart_of(f"<score-partwise><part>{body}</part></score-partwise>".encode())
