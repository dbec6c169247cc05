"""Figures: the same bytes for the same data, ids of their own, every glyph drawn, settings given back."""

import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont

from toolkit.assets import asset
from toolkit.language import texts
from toolkit.report.font import FAMILY, FONT
from toolkit.report.look import drawing, missing_glyphs, styled, svg


def line(title: str, language: str = "zh", values: tuple[float, ...] = (1, 3, 2)) -> str:
    with styled(language):
        figure = drawing(4, 2)
        axes = figure.subplots()
        axes.plot(values)
        axes.set_title(title)
        return svg(figure, title)


def test_the_same_data_give_the_same_text() -> None:
    assert line("达成率") == line("达成率")


def test_a_figure_is_one_svg_element_with_its_alt_text_escaped() -> None:
    made = line('a "b" <c> & d', "en")
    root = ET.fromstring(made)
    assert (
        root.tag.endswith("svg") and root.get("role") == "img" and root.get("aria-label") == 'a "b" <c> & d'
    )
    assert root.get("viewBox") == "0 0 288 144" and root.get("width") is None
    assert "<?xml" not in made and "<!--" not in made and "metadata" not in made and "<text" not in made


def test_ids_of_two_figures_never_meet_and_each_reference_finds_its_own() -> None:
    one, two = line("达成率"), line("得分", values=(3, 1, 2))
    ids = [set(re.findall(r'\sid="([^"]+)"', made)) for made in (one, two)]
    assert ids[0] and not ids[0] & ids[1]
    for made, own in zip((one, two), ids, strict=True):
        assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', made)) and own == {
            a or b for a, b in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', made)
        }


def test_coordinates_are_cut_and_stay_where_they_were() -> None:
    made = line("x", "en", (0.123456, 1 / 3))
    assert not re.search(r'\bd="[^"]*\d\.\d{3}', made)
    assert re.search(r'\bd="M [\d.]+ [\d.]+', made)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_glyph_is_missing_in_either_language(language: str, recwarn: pytest.WarningsRecorder) -> None:
    line("新客户转化率 ≥ 80 % − 李喆堃玥祎珺璟翀 ✓ → ¥ 万元 “a”", language)
    assert [str(w.message) for w in recwarn if "Glyph" in str(w.message)] == []


def test_the_settings_are_given_back_also_after_a_failure() -> None:
    before = dict(mpl.rcParams)
    with pytest.raises(ZeroDivisionError), styled("zh"):
        assert mpl.rcParams["font.family"] == [FAMILY, "DejaVu Sans"]
        _ = 1 / 0
    assert dict(mpl.rcParams) == before


def test_the_users_own_settings_change_nothing() -> None:
    plain = line("x", "en")
    with mpl.rc_context({"lines.linewidth": 9, "axes.facecolor": "red", "font.size": 30}):
        assert line("x", "en") == plain


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError), styled("fr"):
        pass


def test_missing_glyphs_names_what_no_font_has() -> None:
    assert missing_glyphs("达成率 abc\n喆 ≥ ✗") == set()  # the cross comes from DejaVu Sans
    assert missing_glyphs("𠮷野家") == {"𠮷"}


def test_the_font_has_gb2312_and_the_given_names_beyond_it() -> None:
    have = set(TTFont(asset(*FONT)).getBestCmap())
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    gb2312 = {char for pair in pairs for char in pair.decode("gb2312", errors="ignore")}
    assert len(gb2312) == 7445  # GB/T 2312-1980: 6,763 characters and 682 signs
    assert {ord(char) for char in gb2312} <= have
    assert {ord(char) for char in "喆堃玥祎珺璟翀昇晞暐燊垚頔赟婳嫄姮瑄珣琎琮璠玙禛筠翯彧旻𠀀"[:-1]} <= have


def test_the_font_carries_its_own_name_and_licence() -> None:
    font = TTFont(asset(*FONT))
    names = {record.nameID: str(record) for record in font["name"].names}
    assert names[1] == FAMILY and "Adobe" in names[0] and "SIL Open Font License" in names[13]
    licence = asset("templates", "report", "fonts", "OFL.txt").read_text(encoding="utf-8")
    assert names[0] in licence and "SIL OPEN FONT LICENSE" in licence and "Version 1.1" in licence


def test_every_text_of_the_toolkit_can_be_drawn() -> None:
    lacking = {key: found for key, entry in texts().items() if (found := missing_glyphs(str(entry["zh"])))}
    assert lacking == {}
