-- One row per feed and financial year: how many partners of the place promised the feed, and how
-- many of them have every promised period accepted, in force and whole; and how many findings on
-- files in force for that year, of any body, ask for an explanation and have none.
with partners as (

    select
        feed,
        financial_year,
        short_name,
        periods_expected,
        periods_present,
        periods_present = periods_expected as is_present
    from {{ ref('int_partner_completeness') }}
    where in_place

),

questions as (

    select
        feed,
        financial_year,
        sum(unexplained_findings)::bigint as findings
    from {{ ref('int_open_questions') }}
    group by feed, financial_year

)

select
    partners.feed,
    partners.financial_year,
    count(*) as partners_expected,
    count(*) filter (is_present) as partners_present,
    sum(periods_expected)::bigint as periods_expected,
    sum(periods_present)::bigint as periods_present,
    coalesce(any_value(questions.findings), 0) as unexplained_findings,
    string_agg(short_name, '; ' order by short_name) filter (not is_present) as partners_missing,
    bool_and(is_present) as is_complete
from partners
left join questions
    on partners.feed = questions.feed and partners.financial_year = questions.financial_year
group by partners.feed, partners.financial_year
