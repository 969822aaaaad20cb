-- One row per financial year, body of the place and channel: what a contact costs. From the body's
-- own ledger, where that and its contacts are complete and cover the same services; else a national
-- figure, marked so. A file of payments holds no payroll, so it cannot give the cost of a contact.
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
            when not years.is_contacts_complete then 'contacts_incomplete'
            when b.served_with is null then 'no_service_for_channel'
            when years.spend_basis is null then 'no_spend'
            when not years.is_spend_complete then 'spend_incomplete'
            when years.observability <> 'observable' then 'spend_not_observable'
            when not years.is_ledger then 'spend_is_not_a_ledger'
            when cost.net_pence <> cost.spend_pence then 'spend_apportioned'
            when coalesce(cost.spend_pence, 0) <= 0 then 'no_spend_in_channel'
        end as own_cost_unavailable_reason,
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

sourced as (

    select
        *,
        case
            when own_cost_unavailable_reason is null then 'own_ledger'
            when contacts > 0 and national_pence is not null then 'national_benchmark'
            else 'none'
        end as unit_cost_source
    from judged

),

final as (

    select
        s.financial_year,
        s.partner_id as body_id,
        s.channel,
        s.contacts,
        s.served_with,
        s.spend_pence,
        s.cost_contacts,
        s.unallocated_channel_pence,
        s.spend_basis,
        s.spend_periods_expected,
        s.spend_periods_present,
        s.contacts_periods_expected,
        s.contacts_periods_present,
        case s.unit_cost_source
            when 'own_ledger' then {{ divide_round('s.spend_pence', 's.cost_contacts') }}
            when 'national_benchmark' then s.national_pence
        end as unit_cost_pence,
        s.unit_cost_source,
        case s.unit_cost_source when 'national_benchmark' then s.national_source end
            as benchmark_source,
        case s.unit_cost_source when 'national_benchmark' then s.national_year end
            as benchmark_year,
        s.own_cost_unavailable_reason,
        {{ presence('presence') }}
    from sourced as s
    left join {{ ref('int_feed_completeness') }} as presence
        on s.financial_year = presence.financial_year and presence.feed = 'contacts'

)

select * from final
