-- One row per financial year, service group, indicator and body: its value, and which way is
-- better. A body's own report comes before any other's; two different values are no value.
with reported as (

    select
        i.*,
        b.body_id,
        coalesce({{ fold('i.service_group') }}, 'all services') as service_key,
        case
            when bool_or(i.partner_id = b.body_id) over body_year then b.body_id
            else min(i.partner_id) over body_year
        end as source_body_id
    from {{ ref('stg_indicators_lines') }} as i
    inner join {{ ref('int_value_bodies') }} as b
        on
            i.partner_id = b.partner_id
            and i.body is not distinct from b.body
            and i.financial_year = b.financial_year
    window body_year as (partition by i.financial_year, b.body_id)

),

reported_values as (

    select
        financial_year,
        service_key,
        indicator_id,
        body_id,
        source_body_id,
        min(service_group) as service_group,
        min(peer_group) as peer_group,
        min(polarity) as least_polarity,
        max(polarity) as most_polarity,
        case when count(distinct value) = 1 and count(value) = count(*) then any_value(value) end
            as value
    from reported
    where partner_id = source_body_id
    group by financial_year, service_key, indicator_id, body_id, source_body_id

),

final as (

    select
        financial_year,
        service_key,
        indicator_id,
        body_id,
        source_body_id,
        service_group,
        min(peer_group) over (partition by financial_year, body_id) as peer_group,
        case
            when
                min(least_polarity) over indicator = max(most_polarity) over indicator
                then case least_polarity when 'higher_is_better' then 1 else -1 end
        end as better_sign,
        value
    from reported_values
    window indicator as (partition by financial_year, service_key, indicator_id)

)

select * from final
