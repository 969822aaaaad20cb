"""The verdict on one file: every row judged on its raw text, everything said in one pass.

``judge`` takes a file through ``STEPS``. It stores nothing but the Parquet files it is asked for,
and knows no ledger: duplicates and overlaps belong to ``ledger_checks``.
"""

from __future__ import annotations

from functools import partial

from ...contracts.feeds import has_money
from ...sql import private_cursor
from ..read import sandbox, source
from ..read.detect import REFUSED, detect, misnamed
from . import findings_from_faults
from .batch import Gathered
from .beside import beside_findings
from .findings import finding
from .judgement import Judgement
from .other_readings import fitting_reading, separator_findings
from .questions import ask_about_months, ask_about_repeats, ask_about_time
from .rules import control_totals, reference_lists
from .rules.agreements import agreement_findings
from .rules.columns import column_findings, without_amounts
from .rules.coordinates import coordinate_findings
from .rules.cut_off import cut_off_findings
from .rules.ended_postcodes import ended_postcodes
from .rules.first_file import first_file_findings
from .rules.keys_and_bounds import add_broken_bounds, together_findings
from .rules.made_up import made_up_findings
from .rules.net_and_vat import vat_findings
from .rules.period import period_by_content, period_findings
from .rules.series import series_findings
from .rules.shares import share_findings
from .rules.sums_of_rows import sums_of_rows
from .rules.unread_columns import marked_findings
from .sheets import judge_sheets
from .state import JudgeRequest, JudgingState

__all__ = ["STEPS", "JudgeRequest", "judge"]


def judge(request: JudgeRequest) -> Judgement:
    """Judges a file. Raises nothing for bad input: whatever is wrong is a finding."""
    bodies = request.others.bodies if request.others else None
    money = has_money(request.feed_name)
    judgement = Judgement(period=request.stated_period, money=money, bodies=bodies)
    state = JudgingState(request, judgement, Gathered(private_cursor()))
    try:
        for step in STEPS:
            step(state)
            if judgement.is_final:
                break
    except source.UnreadableError as error:
        judgement.count_rows(state.non_data)
        judgement.findings += beside_findings(state)
        judgement.refuse(finding(error.code, detail=error.detail))
    finally:
        state.close()
    return judgement


def recognise(state: JudgingState) -> None:
    """What the bytes are, whatever the file is called; only text and workbooks go on."""
    kind, meaning = detect(state.request.path)
    if kind in REFUSED:
        state.find(REFUSED[kind], detail=meaning)
        state.judgement.is_final = True
        return
    state.kind = kind


def prepare_lists(state: JudgingState) -> None:
    """The public lists that the feed's codes are held against, and the sender's control totals."""
    reference_lists.prepare(state.con, state.schema, state.request.reference)
    if beside := state.request.control_file:
        if said := control_totals.read_manifest(beside):
            state.controls.append(said)
        else:
            state.find("TP-047")


def open_file(state: JudgingState) -> None:
    """Opens the file in the limited child."""
    layout = state.request.layouts[0]
    opened = sandbox.open_limited(state.request.path, state.kind, list(layout.encodings))
    if state.kind == "csv":
        opened = fitting_reading(state, opened)
    state.source, state.judgement.encoding = opened, opened.encoding
    if said := misnamed(state.request.file_name, state.kind):
        state.find("TP-106", detail=said)
    named = any(f.code == "TP-156" for f in state.judgement.findings)
    if opened.encoding not in (None, "utf-8") and not named:
        unmarked = opened.encoding in ("utf-16-le", "utf-16-be")
        detail = "UTF-16 without a byte-order mark" if unmarked else opened.encoding
        state.find("TP-032", detail=detail or "")


def report_the_made_up(state: JudgingState) -> None:
    """The worked example of a template, under whatever name it comes."""
    sheets = {sheet.name: sheet for sheet in state.opened.sheets}
    state.judgement.findings += made_up_findings(sheets, state.matches)


def report_remarks(state: JudgingState) -> None:
    """What the reader noticed on the way."""
    asked = (source.STRUCK, source.UNIT_SHOWN)
    remarks = [remark for remark in state.opened.remarks if remark.code not in asked]
    state.judgement.findings += findings_from_faults.remark_findings(remarks, state)


def settle_rows(state: JudgingState) -> None:
    """The rows equation; a file in which no headings were found ends here."""
    state.judgement.count_rows(state.non_data)
    state.judgement.is_final = not state.matches


def require_year(state: JudgingState) -> None:
    """A file whose days have no year ends here where no period says it: no line can be read."""
    if state.lacks_year:
        state.find("TP-015", hint="Its days have no year, so the period must say it.")
        state.judgement.is_final = True


def compare_control_totals(state: JudgingState) -> None:
    """Control totals stand first among the findings."""
    state.judgement.layout = state.match.layout
    found = control_totals.control_findings(state.controls, state.judgement)
    state.judgement.findings[:0] = found


def report_columns(state: JudgingState) -> None:
    """Columns that the count needs and that are gone, columns that fit one place twice, and columns
    outside the agreement that change what lines mean: those are not said to be of no matter."""
    result = state.judgement
    asked = list(marked_findings(state.marked, result.pence_accepted))
    lacking = list(without_amounts(state.schema, state.match, result.profile, result.rows_accepted))
    for code, more in (("TP-013", asked), ("TP-012", lacking)):
        result.take_back(code, [found.heading for found in more])
        result.findings += more
    if state.vat:
        name = str(state.schema.money_field)
        found = vat_findings(state.vat, result.pence_accepted, name, partial(state.cells, name))
        state.judgement.findings += found
    state.judgement.findings += column_findings(
        state.schema, state.matches, state.read, state.rivals, state.judgement.profile
    )


def compare_rows(state: JudgingState) -> None:
    """What the rows of a file say together, by the key and the bounds of its feed."""
    add_broken_bounds(state)
    state.judgement.findings += together_findings(state)
    state.judgement.findings += sums_of_rows(state)
    state.judgement.findings += series_findings(state)
    state.judgement.findings += share_findings(state)
    state.judgement.findings += agreement_findings(state)
    state.judgement.findings += coordinate_findings(state)
    state.judgement.findings += ended_postcodes(state)


def report_faults(state: JudgingState) -> None:
    """Every kind of fault once, with its cells; first of lines that stand beside their headings,
    last of a line in which the file stops."""
    state.judgement.findings += beside_findings(state)
    state.judgement.findings += findings_from_faults.fault_findings(state)
    state.judgement.findings += cut_off_findings(state)
    state.judgement.findings += separator_findings(state)


def weigh_amounts(state: JudgingState) -> None:
    """What is asked of the amounts where no earlier file tells what is usual."""
    state.judgement.if_first += first_file_findings(state)


def find_period(state: JudgingState) -> None:
    """The period of the file, and the lines outside it."""
    result, request = state.judgement, state.request
    if result.period is None and "dated" in state.con.filled:
        result.period = period_by_content(state.con, state.schema, request.feed.cadence)
    if result.period is None:
        if not findings_from_faults.refused_anyway(state):
            state.find("TP-015")
    elif "dated" in state.con.filled:
        result.findings += period_findings(
            state.con, result.period, state.match, state.schema, state.cell
        )


def report_the_whole(state: JudgingState) -> None:
    """Totals rows, and what can be said only of the file as a whole."""
    state.judgement.findings += findings_from_faults.total_findings(state)
    state.judgement.findings += findings_from_faults.closing_findings(state)


def decide(state: JudgingState) -> None:
    """The verdict: one finding that must be fixed refuses the file."""
    result = state.judgement
    if fatal := [f for f in result.findings if f.level == "must_fix"]:
        result.findings.remove(fatal[0])
        result.refuse(fatal[0])
    else:
        result.verdict = "accepted_with_rows_set_aside" if result.rows_set_aside else "accepted"


# What a file goes through, in this order.
STEPS = (
    recognise,
    prepare_lists,
    open_file,
    judge_sheets,
    report_the_made_up,
    report_remarks,
    settle_rows,
    require_year,
    compare_control_totals,
    report_columns,
    compare_rows,
    weigh_amounts,
    report_faults,
    find_period,
    ask_about_time,
    ask_about_repeats,
    ask_about_months,
    report_the_whole,
    decide,
)
