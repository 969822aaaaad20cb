-- One row per initiative, year of a claim and spend line in its ledger scope that another claim of
-- the year shows already, and which one: a ledger falls once, however many claims name its lines.
-- Of the claims that the ledgers show, those still in the count show a line first, in the order in
-- which they keep the money (int_savings_precedence).
with claims as (

    select
        years.financial_year,
        years.initiative_id,
        row_number() over (
            partition by years.financial_year
            order by
                years.excluded_at_step is not null asc,
                evidence.evidenced_pence desc,
                coalesce(years.baseline_date, date '9999-12-31') asc,
                coalesce(years.start_date, date '9999-12-31') asc,
                years.initiative_id asc
        ) as precedence
    from {{ ref('int_savings_years') }} as years
    inner join {{ ref('int_savings_evidence') }} as evidence
        on
            years.financial_year = evidence.financial_year
            and years.initiative_id = evidence.initiative_id
    where evidence.evidenced_pence > 0

),

lines as (

    select distinct
        claims.financial_year,
        claims.initiative_id,
        claims.precedence,
        {{ line_id('parts') }} as line_id
    from {{ ref('int_savings_evidence_lines') }} as parts
    inner join claims
        on
            parts.claim_year = claims.financial_year
            and parts.initiative_id = claims.initiative_id
    where parts.role = 'scope'

)

select
    lines.financial_year,
    lines.initiative_id,
    lines.line_id,
    arg_min(others.initiative_id, others.precedence) as shown_by_initiative_id
from lines
inner join lines as others
    on
        lines.financial_year = others.financial_year
        and lines.line_id = others.line_id
        and lines.precedence > others.precedence
group by lines.financial_year, lines.initiative_id, lines.line_id
