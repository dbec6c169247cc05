"""Rebuild NotoSansCJKsc-GB2312.otf, the Chinese font of figures and pages.

The source is NotoSansCJKsc-Regular.otf (Adobe and Google, SIL Open Font License 1.1, see OFL.txt). The PyPI
package mplfonts carries it; the package itself is not needed afterwards::

    pip download --no-deps mplfonts==0.0.11 && unzip -j mplfonts-*.whl "*/NotoSansCJKsc-Regular.otf"
    python templates/report/fonts/build_font.py NotoSansCJKsc-Regular.otf

What stays: GB2312's characters, ASCII and Latin-1, the punctuation, arrows and signs of a report, and
characters of given names that GB2312 (1980) left out. The family is renamed, so that a machine that has the
whole Noto font draws the same figure as one that has none.
"""

import argparse
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "KPI Noto Sans SC"
TARGET = Path(__file__).resolve().parent / "NotoSansCJKsc-GB2312.otf"

SIGNS = (
    "‐‑‒–—―‖‘’“”„†‡•…‰′″‹›※€₩№℃™Ω←↑→↓↔↕↗↘∂∆∏∑−√∞∫≈≠≤≥≡⊕⊙①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
    "■□▲△▶▷▼▽◆◇○◎●★☆♀♂✓¢£¬¥、。〈〉《》「」『』【】〔〕〖〗〜"
)
LATIN = "".join(chr(code) for block in ((0x20, 0x7F), (0xA0, 0x100)) for code in range(*block))
FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F))

# Given names and surnames that GB2312 left out: later simplified forms, variant forms and traditional forms
# in use.
NAMES = (
    "㛃㛚㟃䜣䲠䴙䶮伋佺俶倓倞倢偀偲傒傕儁劉劼勍叡吋吳呂咺唅啓啟喆喬嘒噠垚埇堃堉堎塽奡妘妧姞姮婠婳媖媞"
    "嫄嫕嫚嬅嬛嬿孄孫宬寀寔寘尓屾峣崑崚崟嵚帡廙弢張彣彧忞惇愃愔愷慆慜戓摛敔敩旸旻昇昉昞昳昺晅晙晛晞晢"
    "晧晫晳晸暐暠暻曈曌曔曚朏朓桯梣梽棨棽椀楀楊橋橦檸欸毌沄沚泂洺浛浟浥浬淏淯渟渼湉湑湜湲溁溎溦漷澂澔"
    "濛濬瀋瀞灃炆炘炣炤烔烜焜煐煒熀熜燊燏燚爔爚犇玘玙玚玠玥玦玭玹珅珌珒珖珝珣珪珮珵珺琀琇琋琍琎琡琤琯"
    "瑀瑄瑅瑆瑋瑒瑢瑤瑨瑩瑱瑸璆璈璘璟璠璣璥璪璹璿瓅瓊瓘畇畯皊皛皞盉盧睎瞾碩祎祾禔禕禛禤穎窅竑竫筼範紘"
    "絜綝綵緗緣縯纮羅翀翙翛翯翾肸芃莀莙菂萩葉蒨蔣蕭藝蘇虓衎袆訚訢許詠詡諝諠諾謝證譚譞谞賡贇赟趙躍軒輝"
    "週遹鄧鄭釆釒釗鈞鈺銘鋆鋐鍇鐘鑅锜锳镕镠闿陳陸霂韓頔頠頫顗颋飏飔飖餘馡馬馮骉骎鹓黃龑龢鿍"
)


def characters() -> set[str]:
    """The characters kept, as a set of single characters."""
    rows = range(0xA1, 0xF8)
    pairs = (bytes((high, low)) for high in rows for low in range(0xA1, 0xFF))
    gb2312 = "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)
    return set(gb2312) | set(SIGNS) | set(LATIN) | set(FULL_WIDTH) | set(NAMES)


def rename(font: TTFont) -> None:
    """Give the font its own family name, and say that it is a subset."""
    table = font["name"]
    table.names = [record for record in table.names if record.platformID == 3]
    full = {1: FAMILY, 4: FAMILY, 6: FAMILY.replace(" ", ""), 16: FAMILY, 3: f"1.004;subset;{FAMILY}"}
    for name_id, value in full.items():
        table.setName(value, name_id, 3, 1, 0x409)
    for name_id in (9, 10):
        table.removeNames(nameID=name_id)
    top = font["CFF "].cff.topDictIndex[0]
    font["CFF "].cff.fontNames = [FAMILY.replace(" ", "")]
    top.FullName, top.FamilyName = FAMILY, FAMILY


def build(source: Path, target: Path = TARGET) -> int:
    """Write the subset of ``source`` to ``target`` and return its size in bytes."""
    options = subset.Options(
        hinting=False,
        desubroutinize=False,
        layout_features=["kern", "mark", "ccmp"],
        name_IDs=["*"],
        name_languages=[0x409],
        notdef_outline=True,
        drop_tables=["DSIG", "BASE", "VORG", "vhea", "vmtx"],
    )
    with TTFont(source, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[ord(char) for char in characters()])
        subsetter.subset(font)
        rename(font)
        font.save(target)
    return target.stat().st_size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="NotoSansCJKsc-Regular.otf")
    size = build(parser.parse_args().source)
    print(f"{TARGET.name}: {size:,} bytes, {len(characters()):,} characters asked for")
