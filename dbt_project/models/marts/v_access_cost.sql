-- One row per financial year, body of the place and channel, in pounds: the three costs of public
-- access beside each other, each in its own column as none is a part of another: what the body
-- paid, what its register says its points cost to run, and what its accounts say. The accounts know
-- no channels: they stand under `whole_service`.
with payments as (

    select
        financial_year,
        body_id,
        channel,
        in_scope_net_pence,
        contacts,
        own_unit_cost_pence,
        own_cost_unavailable_reason,
        national_unit_cost_pence,
        spend_periods_expected,
        spend_periods_present,
        contacts_periods_expected,
        contacts_periods_present
    from {{ ref('fct_access_unit_cost') }}

),

running as (

    select
        financial_year,
        body_id,
        case point_type
            when 'contact_centre' then 'telephone'
            when 'website' then 'web'
            else 'face_to_face'
        end as channel,
        sum(running_cost_pence)::bigint as running_cost_pence,
        count(*) filter (running_cost_pence is null) as points_without_cost
    from {{ ref('fct_access_point') }}
    where scope = 'in_scope'
    group by all

),

accounts as (

    select
        financial_year,
        body_id,
        'whole_service' as channel,
        budget_net_pence,
        outturn_net_pence
    from {{ ref('fct_value_for_money') }}
    where service_key in ('access to services', 'public access') and in_group

),

joined as (

    select *
    from payments
    full join running using (financial_year, body_id, channel)
    full join accounts using (financial_year, body_id, channel)

)

select
    joined.financial_year,
    joined.body_id,
    coalesce(bodies.short_name, joined.body_id) as body_name,
    joined.channel,
    {{ pounds('joined.in_scope_net_pence') }} as payments_pounds,
    {{ pounds('joined.running_cost_pence') }} as running_cost_pounds,
    joined.points_without_cost,
    {{ pounds('joined.budget_net_pence') }} as budget_pounds,
    {{ pounds('joined.outturn_net_pence') }} as outturn_pounds,
    joined.contacts,
    {{ pounds('joined.own_unit_cost_pence') }} as own_unit_cost_pounds,
    joined.own_cost_unavailable_reason,
    {{ pounds('joined.national_unit_cost_pence') }} as national_unit_cost_pounds,
    joined.spend_periods_expected,
    joined.spend_periods_present,
    joined.contacts_periods_expected,
    joined.contacts_periods_present
from joined
left join {{ ref('dim_organisation') }} as bodies on joined.body_id = bodies.body_id
