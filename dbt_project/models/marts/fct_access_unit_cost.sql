-- One row per financial year, body of the place and channel: contacts, what the services that
-- answer them cost, and what a contact costs by the body's own ledger, where that and its contacts
-- are complete and cover the same services. The national figure stands apart and is no body's own.
-- Spend of no known channel is the channel `not_reported`.
with cells as (

    select
        coalesce(v.financial_year, c.financial_year) as financial_year,
        coalesce(v.partner_id, c.partner_id) as partner_id,
        coalesce(v.channel, c.channel, 'not_reported') as channel,
        v.contacts,
        c.spend_pence as channel_pence
    from {{ ref('int_access_volumes') }} as v
    full join {{ ref('int_access_costs') }} as c
        on
            v.financial_year = c.financial_year
            and v.partner_id = c.partner_id
            and v.channel = c.channel
    where v.contacts is not null or c.spend_pence <> 0

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
        cells.channel_pence,
        b.served_with,
        cost.spend_pence,
        pools.cost_contacts,
        b.unit_cost_pence as national_pence,
        b.source as national_source,
        b.year as national_year,
        case
            when cells.channel = 'not_reported' then 'channel_not_reported'
            when coalesce(cells.contacts, 0) = 0 then 'no_contacts'
            when not years.is_contacts_complete then 'contacts_incomplete'
            when b.served_with is null then 'no_service_for_channel'
            when years.spend_basis is null then 'no_spend'
            when years.observability <> 'observable' then 'spend_not_observable'
            -- Whatever else is mended, there is none without a ledger.
            when not years.is_ledger then 'spend_is_not_a_ledger'
            when not years.is_spend_complete then 'spend_incomplete'
            when cost.net_pence <> cost.spend_pence then 'spend_apportioned'
            when coalesce(cost.spend_pence, 0) <= 0 then 'no_spend_in_channel'
        end as own_cost_unavailable_reason,
        years.* exclude (financial_year, partner_id)
    from cells
    left join {{ ref('access_benchmark') }} as b on cells.channel = b.channel
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
        s.financial_year,
        s.partner_id as body_id,
        s.channel,
        s.contacts,
        coalesce(s.served_with, 'no_service') as served_with,
        -- On the channel's own row alone, so that it adds up over channels.
        s.channel_pence as in_scope_net_pence,
        s.cost_contacts,
        coalesce(s.spend_basis, 'not_reported') as cost_basis,
        s.spend_periods_expected,
        s.spend_periods_present,
        s.contacts_periods_expected,
        s.contacts_periods_present,
        case
            when s.own_cost_unavailable_reason is null
                then {{ divide_round('s.spend_pence', 's.cost_contacts') }}
        end as own_unit_cost_pence,
        s.own_cost_unavailable_reason,
        s.national_pence as national_unit_cost_pence,
        s.national_source,
        s.national_year,
        {{ presence('presence') }}
    from judged as s
    left join {{ ref('int_feed_completeness') }} as presence
        on s.financial_year = presence.financial_year and presence.feed = 'contacts'

)

select * from final
