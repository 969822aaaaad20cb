-- One row per feed and financial year: of how many partners of the place it is needed, how many of
-- them have every period of their life in that year accepted, in force and whole, and of whom the
-- contract does not ask for all of it; and how many findings on files in force for that year, of
-- any body, ask for an explanation and have none. A year is under way while fewer of the partners
-- that are asked have sent it than sent the year before.
with partners as (

    select
        feed,
        financial_year,
        short_name,
        periods_expected,
        periods_present,
        periods_not_asked_for,
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
    string_agg(
        concat(short_name, ': ', periods_not_asked_for, ' of ', periods_expected, ' periods'),
        '; ' order by short_name
    ) filter (periods_not_asked_for > 0) as partners_not_asked,
    bool_and(is_present) as is_complete,
    coalesce(
        not bool_and(is_present)
        and count(*) filter (is_present) < lag(count(*) filter (is_present)) over (
            partition by partners.feed order by partners.financial_year
        ),
        false
    ) as is_under_way
from partners
left join questions
    on partners.feed = questions.feed and partners.financial_year = questions.financial_year
group by partners.feed, partners.financial_year
