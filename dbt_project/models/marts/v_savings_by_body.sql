-- One row per financial year and body of the place, in pounds: its own part of what is claimed, by
-- the shares that the bodies report. What counts is decided for an initiative as a whole, so it has
-- no part of a body.
select
    s.financial_year,
    s.partner_id as body_id,
    partners.short_name as body_name,
    count(distinct s.initiative_id) as initiatives,
    {{ pounds('coalesce(sum(s.claimed_pence), 0)') }} as claimed_in_year_pounds,
    {{ pounds('coalesce(sum(s.ongoing_cost_pence), 0)') }} as ongoing_cost_pounds,
    {{ pounds('coalesce(sum(s.one_off_cost_pence), 0)') }} as one_off_cost_pounds,
    max(coalesce(own.periods_expected, 0)) as body_periods_expected,
    max(coalesce(own.periods_present, 0)) as body_periods_present
from {{ ref('int_savings_bodies') }} as s
inner join {{ ref('dim_partner') }} as partners on s.partner_id = partners.body_id
left join {{ ref('int_partner_completeness') }} as own
    on
        s.partner_id = own.partner_id
        and s.financial_year = own.financial_year
        and own.feed = 'savings'
group by s.financial_year, s.partner_id, partners.short_name
