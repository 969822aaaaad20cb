-- One row per initiative, year of a claim, role and spend line behind its evidence: in its ledger
-- scope, or one by which the cost may have moved to another body. Of a line of several themes, the
-- parts looked at. A line may stand behind the claims of several years.
select
    initiative_id,
    claim_year,
    partner_id as body_id,
    financial_year,
    role,
    submission_id,
    sheet,
    source_row,
    sum(amount_pence)::bigint as amount_pence
from {{ ref('int_savings_evidence_lines') }}
group by all
