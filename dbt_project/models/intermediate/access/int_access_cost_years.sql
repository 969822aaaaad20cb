-- One row per financial year and body of the place with contacts or spend: what applies
-- to every channel of that year: how complete both sides are and what kind of figure the spend is.
with years as (

    select
        financial_year,
        partner_id
    from {{ ref('int_access_volumes') }}
    union
    select
        financial_year,
        partner_id
    from {{ ref('int_access_costs') }}

),

basis as (

    select
        partner_id,
        financial_year,
        string_agg(distinct basis, '; ' order by basis) as spend_basis,
        bool_and(basis = 'ledger') as is_ledger
    from {{ ref('int_submission_years') }}
    where in_force and feed = 'spend'
    group by partner_id, financial_year

),

costs as (

    select
        financial_year,
        partner_id,
        any_value(observability) as observability
    from {{ ref('int_access_costs') }}
    group by financial_year, partner_id

),

final as (

    select
        years.financial_year,
        years.partner_id,
        basis.spend_basis,
        basis.is_ledger,
        costs.observability,
        coalesce(spent.is_complete, false) as is_spend_complete,
        coalesce(spent.periods_expected, 0) as spend_periods_expected,
        coalesce(spent.periods_present, 0) as spend_periods_present,
        coalesce(contacts.is_complete, false) as is_contacts_complete,
        coalesce(contacts.periods_expected, 0) as contacts_periods_expected,
        coalesce(contacts.periods_present, 0) as contacts_periods_present
    from years
    left join basis
        on years.financial_year = basis.financial_year and years.partner_id = basis.partner_id
    left join costs
        on years.financial_year = costs.financial_year and years.partner_id = costs.partner_id
    left join {{ ref('int_access_feed_years') }} as spent
        on
            years.financial_year = spent.financial_year
            and years.partner_id = spent.partner_id
            and spent.feed = 'spend'
    left join {{ ref('int_access_feed_years') }} as contacts
        on
            years.financial_year = contacts.financial_year
            and years.partner_id = contacts.partner_id
            and contacts.feed = 'contacts'

)

select * from final
