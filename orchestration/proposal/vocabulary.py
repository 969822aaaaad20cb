"""What the headings of published spend mean: their words, and the field each stands for.

The words are those of the Transparency Code, the Treasury's template for payments over £25,000, the
Local Government Association's schema and of the ledgers that councils, police, fire and NHS bodies
publish from. Here belongs what a heading says by itself; what the cells say is ``meanings``'.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Words that mean the same in a heading, each made one.
_SAME: tuple[tuple[str, str], ...] = (
    (r"beneficiar(?:y|ies)|vendors?|creditors?|payees?|suppliers?", "supplier"),
    (r"numbers?|nbr|num|nos?|nr", "no"),
    (r"references?|refs?", "ref"),
    (r"invoices?|inv", "invoice"),
    (r"registrations?|registered|regn|reg", "reg"),
    (r"descriptions?|descr|descrip|desc", "desc"),
    (r"labels?|titles?|names?", "name"),
    (r"organi[sz]ations?|org", "org"),
    (r"departments?|dept|dep|directorates?", "department"),
    (r"transactions?|trans|tran|txn", "transaction"),
    (r"amounts?|amts?|amnt", "amount"),
    (r"nett", "net"),
    (r"exc|excl|ex|excluding|excludes|less|without|before", "excluding"),
    (r"inc|incl|including|includes|with", "including"),
    (r"paymts?|payments?|pymts?|pmts?", "payment"),
    (r"expenses|expenditures?|expend|exp", "expense"),
    (r"centers?|centres?|ctr", "centre"),
    (r"documents?|docs?", "document"),
    (r"accounts?|acct?s?", "account"),
    (r"categor(?:y|ies)|cat", "category"),
    (r"identifiers?|ids?", "id"),
    (r"values?|val", "value"),
    (r"irrecoverable|unrecoverable|irrec|irrecov", "irrecoverable"),
    (r"cheques?|chq", "cheque"),
)
_JOINED = re.compile(r"\b(?:of|the|a|for|to|by|in|and|or|any|where|this|is|sterling|gbp)\b|£s?")

_DEPARTMENT = r"(?:department|division|portfolio|business unit|(?:responsible|org|organisational)"
_DEPARTMENT += r" unit|service group|service division|group|faculty|business area|ministry)"
_AREA = r"(?:expense area|cost centre|costc|costcentre|cost code|service(?: area| unit| category|"
_AREA += r" type| line)?|sub ?service|function|activity|programme|team|section|service head|"
_AREA += r"location|objective|budget(?: holder| area| head)?|project|spend area|unit|area)"
_ACCOUNT = r"(?:(?:detailed )?expense (?:type|category)|account|subjective(?: analysis| group)?|"
_ACCOUNT += r"natural account|nominal(?: account)?|gl(?: account| code)?|ledger(?: account)?|"
_ACCOUNT += r"(?:spend|cost|payment|budget|purchase) (?:type|category)|detail code|cost element|"
_ACCOUNT += r"expense(?: code| account)?|nature expense|type expense|type spend|category|"
_ACCOUNT += r"cipfa.*|code|subjective code|account code|analysis|spend)"
_REF = r"(?:no|ref|id|code|key|ref no|id no|line no|document no)"

# Of one heading the best of each field counts. A heading is compared in full.
_RULES: tuple[tuple[str, float, str], ...] = (
    ("line_date", 1.0, r"(?:payment|pay|bacs|cheque)(?: run)? date|date(?: payment)? (?:paid|made)"),
    ("line_date", 1.0, r"(?:paid|cleared|clearing|settlement|remittance) date|date payment.*"),
    ("line_date", 0.95, r"(?:transaction )?date|date transaction|effective date|date expense.*"),
    ("line_date", 0.95, r"date (?:incurred|spend|cleared|settled|expense incurred)|date paid.*"),
    ("line_date", 0.9, r"payment (?:or )?(?:transaction|invoice|effective) date|spend date"),
    ("line_date", 0.85, r"(?:posting|posted|accounting|gl|ledger|document|journal|voucher|book) date"),
    ("line_date", 0.85, r"date posted|(?:effective|value|transaction) (?:posting )?date"),
    ("line_date", 0.75, r"invoice date|date invoice"),
    ("line_date", 0.55, r".*\bdate|date\b.*"),
    ("line_date", 0.35, r"(?:due|order|received|receipt|created|input|entry|approved|tax) date"),
    ("line_date", 0.3, r"(?:accounting |payment |financial |fiscal )?(?:period|month)(?: ending)?"),
    ("amount_pence", 1.0, r"(?:payment |line |invoice )?net(?: payment| line| invoice| spend| cost| paid)?"
     r"(?: amount| value| total)?(?: excluding vat)?|(?:amount|value) net(?: vat)?"),
    ("amount_pence", 1.0, r"(?:ap |payment |paid |line |invoice |total |transaction |net )?(?:amount|value|cost|spend|payment)"
     r"(?: paid| payable)? excluding (?:\w+ )?vat.*"),
    ("amount_pence", 0.95, r"(?:ap |payment |paid |line |transaction |expense |spend |distribution |base "
     r"|posted |journal |currency |ledger )?amount(?: paid| payable| spent| published| payment| expense)?"),
    ("amount_pence", 0.9, r"|paid|amount excluding|(?:invoice )?(?:line|distribution) (?:amount|value)"),
    ("amount_pence", 0.85, r"(?:payment |line |spend |transaction |expense |paid )?(?:value|cost|sum)"),
    ("amount_pence", 0.75, r"(?:payment |invoice |grand |line )?total(?: invoice| payment)?(?: amount| value| paid| cost| spend)?"
     r"|invoice (?:amount|value)|spend|expense|payment|goods value"),
    ("amount_pence", 0.7, r"(?:line |invoice |payment |total )?gross(?: payment| line| invoice| spend| paid)?"
     r"(?: amount| value| total)?(?: including vat)?|(?:total )?(?:amount|value|cost|payment)(?: paid)? (?:gross|including.*)"),
    ("amount_pence", 0.5, r".*\b(?:amount|value)\b.*"),
    ("vat_pence", 1.0, r"(?:irrecoverable|non ?recoverable)(?: \w+)? (?:vat|tax)(?: amount| value)?|vat (?:irrecoverable|non ?recoverable).*"),
    ("vat_pence", 0.8, r"vat(?: amount| value| total| paid)?|tax(?: amount)?"),
    ("vat_no", 1.0, r"(?:supplier )?vat(?: reg)?(?: no| id| code no)?(?: supplier)?(?: t)?|(?:supplier )?vat reg.*"),
    ("vat_code", 0.95, r"(?:vat|tax)(?: rate)? (?:code|rate|indicator|type)"),
    ("supplier_name", 1.0, r"supplier(?: trading| full| legal)? name|name supplier|supplier t|supplier no t|supplier id t"),
    ("supplier_name", 0.95, r"supplier(?: final| paid)?|supplier details|paid(?: to)?(?: name)"),
    ("supplier_name", 0.85, r"(?:company|contractor|provider|merchant|recipient|trading|trader|"
     r"third party|customer|payable|business|firm)(?: name)?"),
    ("supplier_name", 0.7, r"name|paid|who"),
    ("supplier_name", 0.5, r".*\bsupplier\b.*"),
    ("supplier_code", 1.0, r"supplier(?: internal| account)? (?:no|id|code|ref|key|account|account no)(?: no)?"),
    ("supplier_code", 0.7, r"(?:company|contractor|provider|merchant|customer) (?:no|id|code|ref)|supplier"),
    ("department", 1.0, rf"department family|{_DEPARTMENT}(?: name)?(?: t)?|service department(?: name)?"),
    ("department", 0.7, rf"{_DEPARTMENT} (?:code|no|id)|org name level \d|(?:level|tier) \d(?: name)?|service(?: name)?"),
    ("department", 0.5, r".*\bdepartment\b.*"),
    ("area", 1.0, rf"(?:expense area|cost centre name|service area|service category name|service name)(?: t)?"),
    ("area", 0.9, rf"{_AREA}(?: name)?(?: t)?"),
    ("area", 0.6, rf"{_AREA} (?:code|no|id)"),
    ("area", 0.45, r".*\b(?:service|cost centre|area)\b.*"),
    ("account", 1.0, r"(?:expense type|account name|subjective name|(?:summary )?(?:purpose|reason)\b.*"
     r"|.*\bpurpose\b.*|detailed expense type|expense category|category expense)"),
    ("account", 0.9, rf"{_ACCOUNT}(?: name| t)?|what\b.*"),
    ("account", 0.5, r".*\b(?:expense|subjective|account|category|nominal)\b.*"),
    ("account_code", 1.0, r"(?:expense|account|subjective|gl|ledger|nominal|detail|natural account)(?: account)? (?:code|no|id)"
     r"|cost element|account"),
    ("account_code", 0.8, rf"{_ACCOUNT}(?: code| no| id)?"),
    ("pay_group", 1.0, r"pay(?:ment)? group|supplier (?:type|category|group|class|classification)(?: name)?"),
    ("expense_type", 0.9, r"(?:revenue|capital)\b.*\b(?:revenue|capital)\b.*|source(?: system)?|"
     r"(?:document|invoice|transaction|payment|record|line|ledger|fund|spend) type|type|expense type t"
     r"|payment method|method(?: payment)?|transaction source"),
    ("merchant_category", 1.0, r"merchant category.*|(?:proc|procurement) (?:class|classification|category).*|pro ?class.*"),
    ("merchant_category", 0.8, r"mcc|(?:sic|cpv|unspsc|nhs eclass|commodity|product)(?: code| category| group)?(?: name)?"),
    ("entity", 1.0, r"body(?: name)?|name body|org(?: name)?|entity(?: name)?|publishing (?:body|org)(?: name)?"),
    ("entity", 0.9, r"(?:local |public )?(?:council|authority|publisher|trust|force|ccg|body|public body)(?: name)?|company"),
    ("transaction_no", 1.0, rf"(?:internal |unique |supplier )?transaction {_REF}|unique (?:id|ref|no|transaction.*)|urn"),
    ("transaction_no", 0.9, rf"(?:document|voucher|payment|cheque|internal|our|journal|ledger|bacs|entry|record|ap|"
     rf"line|batch|pay|remittance|posting) {_REF}|transaction|ref(?: no)?|our ref"),
    ("transaction_no", 0.6, r"id|no|row(?: id| no)?|line|order no|po no|purchase order(?: no)?|.*\bref\b.*"),
    ("invoice_no", 1.0, r"(?:purchase |supplier |their |ap )?invoice (?:no|ref|id|ref no)"),
    ("invoice_no", 0.6, r"invoice|(?:supplier|external|their) ref|.*\binvoice\b.* (?:no|ref)"),
    ("description", 1.0, r"(?:item|line|invoice|transaction|payment|goods|further|long|additional|product|spend|distribution|"
     r"order|gl|journal)? ?(?:desc|narrative|text|details?|comments?|notes?|memo|particulars|narration)"),
    ("description", 0.6, r".*\b(?:narrative|text|details?|comments?|notes?)\b.*"),
)
_COMPILED = tuple((name, score, re.compile(pattern)) for name, score, pattern in _RULES)
# Columns that are never one of ours, whatever words are in their headings.
_OTHERS = re.compile(
    r".*\b(?:uri|url|link|postcode|post code|charity|vcse|sme|quantity|qty|year|contract|count|"
    r"address|redacted|exemption|card transaction|company reg.*|order (?:date|no))\b.*"
)


@lru_cache(maxsize=4096)
def plain_words(heading: str) -> str:
    """The words of a heading in lower case, each in its usual form: ``Vendor Nbr`` and
    ``SupplierNumber`` are both ``supplier no``."""
    text = unicodedata.normalize("NFKC", heading)
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold().replace("'", "")
    text = re.sub(r"[^a-z0-9£%]+", " ", text)
    for pattern, word in _SAME:
        text = re.sub(rf"\b(?:{pattern})\b", word, text)
    text = re.sub(r"\b(\w+)(?: \1\b)+", r"\1", _JOINED.sub(" ", text))
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def heading_scores(heading: str) -> dict[str, float]:
    """How surely a heading names each field of spend, from 0 to 1; fields it does not are left
    out."""
    words = plain_words(heading)
    if not words and "£" not in heading:
        return {}
    if _OTHERS.fullmatch(words):
        return {}
    ways = {words, words.replace("desc", "name")} if words != "desc" else {words}
    best: dict[str, float] = {}
    for name, score, pattern in _COMPILED:
        if score > best.get(name, 0.0) and any(pattern.fullmatch(way) for way in ways):
            best[name] = score
    return best


def is_known(heading: str) -> bool:
    """Whether a cell reads as a heading of spend, and not as the text of a line."""
    return len(heading) <= 60 and max(heading_scores(heading).values(), default=0.0) >= 0.7


def vat_stated(heading: str) -> str:
    """What a heading says of the VAT in its amounts, in the words of a contract, or ``""``."""
    words = plain_words(heading)
    if re.search(r"\bexcluding (?:recoverable )vat\b|\brecoverable vat excluding\b", words):
        return "recoverable_excluded"
    if re.search(r"\bnet\b|\bexcluding\b.*\bvat\b|\bvat excluding\b", words):
        return "excluded"
    return "included" if re.search(r"\bgross\b|\bincluding\b.*\bvat\b", words) else ""
