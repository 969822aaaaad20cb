-- One row per financial year, service group, indicator and body: its value, and which way is
-- better. A body's own report comes before any other's; two different values are no value.
with reported as (

    {{ reported_about_bodies(ref('stg_indicators_lines')) }}

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
