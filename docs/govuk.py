"""Makes our stylesheet from the one of GOV.UK Frontend (npm package ``govuk-frontend``):

    python docs/govuk.py PACKAGE/dist/govuk/govuk-frontend.min.css

Left out are the fonts and the crest, which are for GOV.UK alone, so that nothing is asked of any
other place. The version, where it is from and its licence stand in ``README.md`` beside it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

OUT = Path(__file__).parents[1] / "orchestration" / "html" / "govuk-frontend.min.css"


def without_brand(css: str) -> str:
    """The stylesheet without ``@font-face``, files of other places and the brand's font."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"(?<=[{;])[a-z-]+:url\([^)]*\);?", "", css)
    css = css.replace("GDS Transport,arial,", "Arial,Helvetica,")
    return re.sub(r"\s*/\*# sourceMappingURL=[^*]*\*/\s*", "\n", css)


if __name__ == "__main__":
    made = without_brand(Path(sys.argv[1]).read_text(encoding="utf-8"))
    assert "url(" not in made, "the stylesheet asks for another file"
    OUT.write_text(made, encoding="utf-8")
    print(f"{OUT}: {len(made):,} bytes")
