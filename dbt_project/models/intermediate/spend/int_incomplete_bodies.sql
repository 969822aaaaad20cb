-- One row per financial year and partner of the place of whose spend or funding of that year a
-- delivery is missing, or rows were set aside. It cannot be reconciled to the penny, nor can the
-- place of that year.
select
    financial_year,
    partner_id
from {{ ref('int_partner_completeness') }}
where in_place and feed in ('spend', 'funding') and periods_present < periods_expected
union
select
    s.financial_year,
    s.partner_id
from {{ ref('int_submission_years') }} as s
inner join {{ ref('stg_contract_partners') }} as p on s.partner_id = p.partner_id
where p.in_place and s.in_force and s.feed in ('spend', 'funding') and s.rows_set_aside > 0
