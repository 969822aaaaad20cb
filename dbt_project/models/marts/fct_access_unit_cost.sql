-- One row per financial year, body of the place and channel: what a contact costs. From the body's
-- own ledger, where that and its contacts are whole and speak of the same; else a national figure,
-- marked so. A file of payments has no payroll in it, so it cannot say what a contact costs.
with cells as (

    select
        coalesce(v.financial_year, c.financial_year) as financial_year,
        coalesce(v.partner_id, c.partner_id) as partner_id,
        coalesce(v.channel, c.channel) as channel,
        v.contacts
    from {{ ref('int_access_volumes') }} as v
    full join {{ ref('int_access_costs') }} as c
        on
            v.financial_year = c.financial_year
            and v.partner_id = c.partner_id
            and v.channel = c.channel
    where v.contacts is not null or (c.channel is not null and c.spend_pence <> 0)

),

pools as (

    select
        financial_year,
        partner_id,
        served_with,
        any_value(cost_contacts) as cost_contacts
    from {{ ref('int_access_volumes') }}
    group by financial_year, partner_id, served_with

),

judged as (

    select
        cells.financial_year,
        cells.partner_id,
        cells.channel,
        cells.contacts,
        b.served_with,
        cost.spend_pence,
        pools.cost_contacts,
        b.unit_cost_pence as national_pence,
        b.source as national_source,
        b.year as national_year,
        case
            when coalesce(cells.contacts, 0) = 0 then 'no_contacts'
            when not years.is_contacts_whole then 'contacts_incomplete'
            when b.served_with is null then 'no_service_for_channel'
            when years.spend_basis is null then 'no_spend'
            when not years.is_spend_whole then 'spend_incomplete'
            when years.observability <> 'observable' then 'spend_not_observable'
            when not years.is_ledger then 'spend_is_not_a_ledger'
            when cost.net_pence <> cost.spend_pence then 'spend_apportioned'
            when coalesce(cost.spend_pence, 0) <= 0 then 'no_spend_in_channel'
        end as coverage_reason,
        years.* exclude (financial_year, partner_id)
    from cells
    inner join {{ ref('access_benchmark') }} as b on cells.channel = b.channel
    inner join {{ ref('int_access_cost_years') }} as years
        on cells.financial_year = years.financial_year and cells.partner_id = years.partner_id
    left join pools
        on
            cells.financial_year = pools.financial_year
            and cells.partner_id = pools.partner_id
            and b.served_with = pools.served_with
    left join {{ ref('int_access_costs') }} as cost
        on
            cells.financial_year = cost.financial_year
            and cells.partner_id = cost.partner_id
            and b.served_with = cost.channel

),

final as (

    select
        j.financial_year,
        j.partner_id,
        j.channel,
        j.contacts,
        j.served_with,
        j.spend_pence,
        j.cost_contacts,
        j.untold_channel_pence,
        j.spend_basis,
        j.spend_periods_expected,
        j.spend_periods_present,
        j.contacts_periods_expected,
        j.contacts_periods_present,
        case
            when j.coverage_reason is null
                then {{ divide_round('j.spend_pence', 'j.cost_contacts') }}
            when j.contacts > 0 then j.national_pence
        end as unit_cost_pence,
        case
            when j.coverage_reason is null then 'own_ledger'
            when j.contacts > 0 and j.national_pence is not null then 'national_benchmark'
            else 'none'
        end as unit_cost_source,
        case when unit_cost_source = 'national_benchmark' then j.national_source end
            as benchmark_source,
        case when unit_cost_source = 'national_benchmark' then j.national_year end
            as benchmark_year,
        j.coverage_reason,
        {{ presence('presence') }}
    from judged as j
    left join {{ ref('int_feed_completeness') }} as presence
        on j.financial_year = presence.financial_year and presence.feed = 'contacts'

)

select * from final
