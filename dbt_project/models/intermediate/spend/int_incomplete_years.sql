-- One row per financial year in which spend or funding that a partner of the place promised is
-- missing, or rows of it were set aside. Such a year cannot be reconciled to the penny.
select financial_year from {{ ref('int_partner_completeness') }}
where in_place and feed in ('spend', 'funding') and periods_present < periods_expected
union
select s.financial_year
from {{ ref('int_submission_years') }} as s
inner join {{ ref('stg_contract_partners') }} as p on s.partner_id = p.partner_id
where p.in_place and s.in_force and s.feed in ('spend', 'funding') and s.rows_set_aside > 0
