-- One row per initiative, year of a claim, role and spend line behind its evidence: in its ledger
-- scope, or one by which the cost may have moved to another body. Of a line of several themes, the
-- parts looked at. A line may stand behind the claims of several years, and of several initiatives,
-- of which one shows it.
with lines as (

    select
        initiative_id,
        claim_year,
        role,
        {{ line_id('parts') }} as line_id,
        partner_id as body_id,
        financial_year,
        submission_id,
        sum(amount_pence)::bigint as amount_pence
    from {{ ref('int_savings_evidence_lines') }} as parts
    group by all

)

select
    lines.*,
    shown.shown_by_initiative_id
from lines
left join {{ ref('int_savings_lines_shown') }} as shown
    on
        lines.role = 'scope'
        and lines.claim_year = shown.financial_year
        and lines.initiative_id = shown.initiative_id
        and lines.line_id = shown.line_id
