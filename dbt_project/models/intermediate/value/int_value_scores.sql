-- One row per financial year, service group and body with an indicator: its average score among its
-- peers. A score is the rank from 0 (nobody is worse) to 1000 (nobody is better), ties in the
-- middle. A body that lacks one of the indicators its peers are compared by has no score.
with comparable as (

    select
        *,
        value * better_sign as goodness,
        count(*) over field as bodies
    from {{ ref('int_value_indicators') }}
    where value is not null and better_sign is not null
    window field as (partition by financial_year, service_key, indicator_id, peer_group)

),

ranked as (

    select
        *,
        rank() over (
            partition by financial_year, service_key, indicator_id, peer_group order by goodness
        ) - 1 as worse,
        count(*) over (
            partition by financial_year, service_key, indicator_id, peer_group, goodness
        ) - 1 as alike
    from comparable
    where bodies > 1

),

expected as (

    select
        financial_year,
        service_key,
        peer_group,
        count(distinct indicator_id) as indicators_expected
    from ranked
    group by financial_year, service_key, peer_group

),

points as (

    select
        financial_year,
        service_key,
        body_id,
        count(*) as indicators_present,
        string_agg(indicator_id, ',' order by indicator_id) as scored_by,
        sum({{ divide_round('1000 * (2 * worse + alike)', '2 * (bodies - 1)') }})::bigint
            as score_sum_per_mille
    from ranked
    group by financial_year, service_key, body_id

),

bodies as (

    select
        financial_year,
        service_key,
        body_id,
        source_body_id,
        peer_group,
        min(service_group) as service_group
    from {{ ref('int_value_indicators') }}
    group by financial_year, service_key, body_id, source_body_id, peer_group

),

joined as (

    select
        bodies.*,
        points.scored_by,
        points.score_sum_per_mille,
        coalesce(expected.indicators_expected, 0) as indicators_expected,
        coalesce(points.indicators_present, 0) as indicators_present,
        case
            when expected.indicators_expected is null then 'no_comparable_indicator'
            when coalesce(points.indicators_present, 0) < expected.indicators_expected
                then 'indicators_missing'
            when years.is_incomplete then 'indicators_incomplete'
        end as score_unavailable_reason
    from bodies
    left join expected
        on
            bodies.financial_year = expected.financial_year
            and bodies.service_key = expected.service_key
            and bodies.peer_group is not distinct from expected.peer_group
    left join points
        on
            bodies.financial_year = points.financial_year
            and bodies.service_key = points.service_key
            and bodies.body_id = points.body_id
    left join {{ ref('int_access_feed_years') }} as years
        on
            bodies.source_body_id = years.partner_id
            and bodies.financial_year = years.financial_year
            and years.feed = 'indicators'

),

final as (

    select
        financial_year,
        service_key,
        body_id,
        source_body_id,
        peer_group,
        service_group,
        scored_by,
        score_sum_per_mille,
        indicators_expected,
        indicators_present,
        score_unavailable_reason,
        case
            when score_unavailable_reason is null
                then {{ divide_round('score_sum_per_mille', 'indicators_present') }}
        end as score_per_mille
    from joined

)

select * from final
