"""The feeds that say what the money buys: contacts, access points, treatment, indicators, budgets.

None of them may hold a row about a person: they are counts, places and sums.
"""

from __future__ import annotations

from .schema import Bound, FeedSchema, Field, Move

# Ways in which the public makes contact. The list of the e-standards body was not to be found.
CHANNELS = ("face_to_face", "telephone", "web", "email", "post", "kiosk", "home_visit")
# Names of channels in call-centre and web statistics, in lower case.
CHANNEL_NAMES = (
    *(
        (name, "telephone")
        for name in ("phone", "call", "calls", "voice", "voice in", "inbound calls")
    ),
    *((name, "telephone") for name in ("contact centre", "switchboard", "ivr", "tel")),
    *(
        (name, "web")
        for name in ("online", "web chat", "webchat", "live chat", "self service", "app")
    ),
    *((name, "web") for name in ("web form", "e-form", "portal", "social media", "twitter")),
    *((name, "face_to_face") for name in ("counter", "reception", "walk in", "in person", "f2f")),
    *((name, "email") for name in ("e mail", "mail box", "inbox")),
    *((name, "post") for name in ("letter", "letters", "mail", "fax")),
    *((name, "home_visit") for name in ("visit", "outreach")),
)
POINT_TYPES = ("service_point", "contact_centre", "website", "kiosk", "reception")
SUBSTANCES = ("opiate", "non_opiate", "alcohol", "all")
TREATMENT_MEASURES = (
    "in_treatment",
    "effective_treatment",
    "new_presentation",
    "successful_completion",
    "waiting_under_3_weeks",
    "left",
)

# What the count does not know of a row whose cell is lost.
_NOT_COUNTED = "it counts as not reported"
_NOT_SHOWN = "net expenditure stands without it"
_NOWHERE = "no point is found to be near it by this cell"

CONTACTS = FeedSchema(
    name="contacts",
    grain="one row is the contacts of a month by channel and service",
    date_field="month_date",
    key=("month_date", "channel", "lgsl_code"),
    count_field="contacts",
    fields=(
        Field(
            "month_date",
            "date",
            "Month of the contacts, as its first day",
            required=True,
            of_month=True,
        ),
        Field(
            "channel",
            "text",
            "How the public made contact",
            required=True,
            values=CHANNELS,
            also_called=CHANNEL_NAMES,
        ),
        Field(
            "lgsl_code",
            "integer",
            "Code in the Local Government Services List",
            required=True,
            listed="service",
        ),
        Field(
            "contacts",
            "integer",
            "Number of contacts",
            required=True,
            least=0,
            marked=True,
            moves=Move(10_000, "that is some forty contacts more or fewer on each working day"),
        ),
        Field(
            "avoidable",
            "integer",
            "Contacts of little or no value (NI 14); empty: not reported",
            least=0,
            marked=True,
            touches=_NOT_COUNTED,
            part_of="contacts",
        ),
        Field(
            "resolved",
            "integer",
            "Contacts resolved at the first attempt; empty: not reported",
            least=0,
            marked=True,
            touches=_NOT_COUNTED,
            part_of="contacts",
        ),
    ),
)

ACCESS_POINTS = FeedSchema(
    name="access_points",
    grain="one row is a place, line or site where the public reaches services, in a year",
    money_field="running_cost_pence",
    year_field="financial_year",
    key=("financial_year", "point_id"),
    one_thing=("name", "point_type", "postcode"),
    fields=(
        Field("financial_year", "year", "Financial year the row describes", required=True),
        Field("point_id", "text", "Reference of the access point", required=True),
        Field("name", "text", "Name of the access point", required=True),
        Field("point_type", "text", "Kind of access point", required=True, values=POINT_TYPES),
        Field("postcode", "text", "Postcode of the point", listed="postcode", touches=_NOWHERE),
        Field(
            "easting",
            "integer",
            "Metres east on the national grid",
            listed="easting",
            touches=_NOWHERE,
        ),
        Field(
            "northing",
            "integer",
            "Metres north on the national grid",
            listed="northing",
            touches=_NOWHERE,
        ),
        Field(
            "lgsl_codes",
            "text",
            "Service codes of the list, separated by ; or ,",
            listed="services",
        ),
        Field(
            "hours_a_week",
            "hours",
            "Hours a week it is open",
            least=0,
            bounds=(
                Bound("TP-356", "{hours_a_week} <= 168", "at most 168, the hours that a week has"),
            ),
        ),
        Field(
            "running_cost_pence",
            "money",
            "Running cost in the year",
            touches="no cost is known, and none of it is avoidable",
            bounds=(
                Bound(
                    "TP-351",
                    "{running_cost_pence} >= 0",
                    "0 or more: a cost has no minus sign and no brackets",
                ),
            ),
            moves=Move(1_000_000, "a site's rent and rates seldom move so far in a year"),
        ),
        Field(
            "lease_end",
            "date",
            "Date the lease ends",
            bounds=(
                Bound(
                    "TP-383",
                    "{lease_end} >= make_date(CAST(left({financial_year}, 4) AS INTEGER), 4, 1)",
                    "not before the year begins: a site without a lease is closed",
                ),
            ),
        ),
        Field("lease_break", "date", "Date the lease can first be broken"),
    ),
)

TREATMENT = FeedSchema(
    name="treatment",
    grain="one row is a count of people in drug and alcohol treatment, never a person",
    year_field="financial_year",
    of_people=True,
    key=("financial_year", "substance", "tier", "measure", "area"),
    count_field="clients",
    parts=(
        ("effective_treatment", "in_treatment"),
        ("new_presentation", "in_treatment"),
        ("successful_completion", "left"),
    ),
    fields=(
        Field("financial_year", "year", "Financial year of the count", required=True),
        Field("substance", "text", "Substance people were treated for", values=SUBSTANCES),
        Field("tier", "text", "Tier of Models of Care 2006", values=("1", "2", "3", "4")),
        Field("measure", "text", "What is counted", required=True, values=TREATMENT_MEASURES),
        Field("area", "text", "Area the people live in, by code or name"),
        # Not a required cell: an empty one is "not reported", which is neither 0 nor suppressed.
        Field(
            "clients",
            "integer",
            "Number of people; empty: not reported",
            least=0,
            marked=True,
            touches=_NOT_COUNTED,
            moves=Move(50, "smaller numbers of people move by chance"),
        ),
        # An empty one says that the body counts its own people.
        Field(
            "is_partnership",
            "flag",
            "Whether it counts each person of the partnership once",
            must_read=True,
            steady=True,
        ),
    ),
)

INDICATORS = FeedSchema(
    name="indicators",
    grain="one row is the value of a performance indicator of one body in one year",
    year_field="financial_year",
    key=("financial_year", "indicator_id", "body"),
    fields=(
        Field("financial_year", "year", "Financial year of the value", required=True),
        Field("indicator_id", "text", "Reference of the indicator", required=True),
        Field("indicator", "text", "Name of the indicator"),
        Field("service_group", "text", "Service the indicator speaks of"),
        Field(
            "value",
            "number",
            "Value of the indicator; empty: not reported",
            marked=True,
            aim="target",
            touches=_NOT_COUNTED,
        ),
        Field(
            "polarity",
            "text",
            "Which way is better",
            required=True,
            values=("higher_is_better", "lower_is_better"),
            steady=True,
        ),
        Field("target", "number", "Value the body aims for"),
        Field("peer_group", "text", "Bodies it is compared with"),
        Field("body", "text", "Body the value is of; empty: the sender"),
    ),
)

BUDGETS = FeedSchema(
    name="budgets",
    grain="one row is the budget or outturn of a service in a year",
    money_field="net_pence",
    year_field="financial_year",
    key=("financial_year", "service_group", "measure", "body"),
    fields=(
        Field("financial_year", "year", "Financial year of the amounts", required=True),
        Field("service_group", "text", "Service the money is for", required=True),
        Field("measure", "text", "Budget or outturn", required=True, values=("budget", "outturn")),
        Field(
            "gross_pence",
            "money",
            "Gross expenditure",
            touches=_NOT_SHOWN,
            examples=("398500000", "402400000", "634000000"),
        ),
        Field(
            "income_pence",
            "money",
            "Income set against it",
            touches=_NOT_SHOWN,
            examples=("19500000", "19500000", "412000000"),
        ),
        Field(
            "net_pence",
            "money",
            "Net expenditure",
            required=True,
            examples=("379000000", "382900000", "222000000"),
            bounds=(
                # In whole thousands, rounding of each of the three may leave one of them.
                Bound(
                    "TP-355",
                    "abs({net_pence} - ({gross_pence} - {income_pence})) <= CASE WHEN "
                    "{net_pence} % 100000 = 0 AND {gross_pence} % 100000 = 0 "
                    "AND {income_pence} % 100000 = 0 THEN 100000 ELSE 100 END",
                    "gross expenditure less income",
                ),
            ),
            moves=Move(50_000_000, "most councils call a decision of that size a key decision"),
        ),
        Field("price_basis", "text", "Prices the amounts are in"),
        Field("body", "text", "Body the amounts are of; empty: the sender"),
    ),
)
