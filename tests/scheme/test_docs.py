"""The how-to's example is a scheme, and its table names every scoring rule."""

import re
from pathlib import Path

from toolkit.catalogue.load import load_catalogue
from toolkit.documents import load_document
from toolkit.periods import Calendar
from toolkit.scheme import Schemes, build_scheme, replace_at
from toolkit.scheme.scoring import RULES

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "scheme_file.md"


def test_the_example_of_the_how_to_is_valid(tmp_path: Path) -> None:
    said = PAGE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", said, re.DOTALL)
    (tmp_path / "example.yaml").write_text(example, encoding="utf-8")
    scheme = build_scheme(load_document(tmp_path / "example.yaml").data)
    schemes = Schemes((scheme,), Calendar(), load_catalogue())
    for address in re.findall(r'"(field_sales\.[\w.]+)"', said):
        assert replace_at(schemes, address, 0.3)["field_sales"] != scheme
    assert set(RULES) <= set(re.findall(r"^\| `(\w+):", said, re.MULTILINE))
