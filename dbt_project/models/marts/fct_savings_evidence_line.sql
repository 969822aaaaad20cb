-- One row per initiative, year of a claim, role and spend line behind its evidence: in its ledger
-- scope, or one by which the cost may have moved to another body. Of a line of several themes, the
-- parts looked at. A line may stand behind the claims of several years.
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
