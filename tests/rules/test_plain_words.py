"""What a rule says to a steward can be read by somebody who is no expert: short sentences, short
words. The bounds are those of plain English as GOV.UK writes it: 25 words a sentence, and a reading
age that a school leaver has."""

import re

import pytest

from expectations.catalogue import catalogue
from orchestration.intake.judge.findings import finding

WORDS_IN_A_SENTENCE = 25
# Flesch-Kincaid grade 8 is read at the age of 13.
GRADE = 8
STEWARDS = sorted(code for code, rule in catalogue().items() if rule.who == "steward")


def said(code):
    """A finding of three cells as a steward reads it, with what it names cut short."""
    found = finding(code, count=3, heading="Amount", detail="that", rows="4 and 7")
    return f"{found.message} {found.fix}"


def sentences(text):
    parts = re.split(r"(?<=[.!?:;])\s+", text)
    return [words for part in parts if (words := re.findall(r"[\w'’-]+", part))]


def syllables(word):
    """Groups of vowels, without an ending that is not spoken."""
    spoken = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeioudt])ed$|(?<=[^aeiouxszcg])es$", "", word.lower())
    return max(1, len(re.findall("[aeiouy]+", spoken)))


def grade(text):
    """The years of school by which a text is read (Flesch and Kincaid's formula, 1975)."""
    said = sentences(text)
    words = [word for sentence in said for word in sentence]
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / len(said) + 11.8 * spoken / len(words) - 15.59


def test_the_measure_tells_plain_from_hard():
    assert grade("The file is empty. Send it again.") < 3
    assert grade("Remuneration reconciliation necessitates authorisation documentation.") > 20


@pytest.mark.parametrize("code", STEWARDS)
def test_a_sentence_has_no_more_words_than_a_reader_keeps_in_mind(code):
    long = [s for s in sentences(said(code)) if len(s) > WORDS_IN_A_SENTENCE]
    assert long == []


@pytest.mark.parametrize("code", STEWARDS)
def test_a_school_leaver_can_read_it(code):
    assert grade(said(code)) <= GRADE


@pytest.mark.parametrize("code", STEWARDS)
def test_it_says_what_is_wrong_and_what_to_do(code):
    rule = catalogue()[code]
    assert rule.message.endswith((".", "?", "}"))
    assert rule.fix.endswith((".", "?"))
    assert rule.message != rule.fix
