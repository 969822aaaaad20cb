"""Pound signs in another code page, or encoded twice: named, and read where nothing was lost."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

FEED = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds["spend"]
LAYOUT = FEED.layouts[0]
TEXT = "Date,Supplier,Account,Amount (£)\n" + '02/04/2024,Café Ltd,Care,"£31,000.50"\n' * 3


@pytest.fixture
def judged(tmp_path):
    def judged(raw, encodings=("utf-8", "cp1252"), heading="Amount (£)"):
        path = tmp_path / "payments-april-2024.csv"
        path.write_bytes(raw)
        column = LAYOUT.columns["amount_pence"].model_copy(update={"heading": heading})
        columns = LAYOUT.columns | {"amount_pence": column}
        layout = LAYOUT.model_copy(update={"columns": columns, "encodings": list(encodings)})
        feed = FEED.model_copy(update={"layouts": [layout]})
        lines = tmp_path / "lines.parquet"
        return judge(JudgeRequest(path, path.name, "spend", feed, lines=lines)), lines

    return judged


def payees(lines):
    import pyarrow.parquet as pq

    return set(pq.read_table(lines)["supplier_name"].to_pylist())


@pytest.mark.parametrize(
    ("page", "name", "mark"),
    [
        ("cp1252", "Windows code page 1252", "Â£"),
        ("cp850", "DOS code page 850", "┬ú"),
        ("mac-roman", "Mac Roman", "¬£"),
    ],
)
@pytest.mark.parametrize("heading", ["Amount (£)", "Amount"])
def test_text_encoded_twice_is_undone_and_named(judged, page, name, mark, heading):
    text = TEXT.replace("Amount (£)", heading)
    result, lines = judged(text.encode().decode(page).encode(), heading=heading)
    assert (result.verdict, result.pence_accepted) == ("accepted", 9_300_150)
    assert payees(lines) == {"Café Ltd"}
    assert [(f.code, f.message) for f in result.findings] == [
        (
            "TP-156",
            f"In this file the text was encoded twice ('{mark}' stands for '£'): it was UTF-8, was "
            f"opened as {name} and saved as UTF-8 once more. It was read as what it is.",
        )
    ]


@pytest.mark.parametrize(
    ("written", "agreed", "said"),
    [
        ("cp850", ["utf-8", "cp1252"], "DOS code page 850, not in Windows code page 1252"),
        ("cp1252", ["utf-8", "cp850"], "Windows code page 1252, not in DOS code page 850"),
        ("utf-8", ["cp1252"], "UTF-8, not in Windows code page 1252"),
    ],
)
def test_another_code_page_than_agreed_is_read_and_named(judged, written, agreed, said):
    result, lines = judged(TEXT.encode(written), agreed)
    assert (result.verdict, result.pence_accepted) == ("accepted", 9_300_150)
    assert payees(lines) == {"Café Ltd"}
    [found] = result.findings
    assert found.code == "TP-156"
    assert f"the text is written in {said} as agreed" in found.message


def test_text_of_which_only_a_part_was_encoded_twice_is_named_and_not_guessed(judged):
    mixed = TEXT.encode().decode("cp1252").encode() + '02/04/2024,Café,Care,"£5"\n'.encode()
    result, _ = judged(mixed)
    assert result.verdict == "refused"
    [found] = result.findings
    assert found.code == "TP-157"
    assert "opened as Windows code page 1252 and saved as UTF-8 once more" in found.message
    assert "CSV UTF-8 (Comma delimited)" in found.fix


@pytest.mark.parametrize("heading", ["Amount (£)", "Amount"])
def test_lost_pound_signs_are_one_finding_that_says_how_to_save_the_file(judged, heading):
    text = TEXT.replace("Amount (£)", heading).replace("£", "?")
    result, _ = judged(text.encode(), heading=heading)
    assert result.verdict == "refused"
    [found] = result.findings
    assert found.message == (
        "This file cannot be read for what it says: the pound signs have become question marks, "
        "and other letters may have, too."
    )


def test_a_question_in_a_cell_is_no_lost_pound_sign(judged):
    text = "Date,Supplier,Account,Amount (£)\n02/04/2024,Who? Ltd,Care,?\n02/04/2024,A,Care,1.00\n"
    assert [f.code for f in judged(text.encode())[0].findings] == ["TP-021"]
