-- One row per financial year, service group, budget or outturn, and body: its score and its cost
-- side by side, and its place among the peers whose figures are of the same kind.
with peer_groups as (

    select
        financial_year,
        body_id,
        any_value(peer_group) as peer_group
    from {{ ref('int_value_indicators') }}
    group by financial_year, body_id

),

scores as (

    select
        s.* exclude (peer_group),
        coalesce(m.measure, 'not_reported') as measure
    from {{ ref('int_value_scores') }} as s
    left join (
        select distinct
            financial_year,
            service_key,
            measure
        from {{ ref('int_value_costs') }}
    ) as m
        on s.financial_year = m.financial_year and s.service_key = m.service_key

),

joined as (

    select
        financial_year,
        service_key,
        measure,
        body_id,
        peer_groups.peer_group,
        coalesce(s.service_group, c.service_group, 'All services') as service_group,
        s.source_body_id as indicators_source_body_id,
        c.source_body_id as budget_source_body_id,
        s.scored_by,
        coalesce(s.indicators_expected, 0) as indicators_expected,
        coalesce(s.indicators_present, 0) as indicators_present,
        s.score_sum_per_mille,
        s.score_per_mille,
        case when s.body_id is null then 'no_indicators' else s.score_unavailable_reason end
            as score_unavailable_reason,
        c.price_basis,
        c.net_pence,
        c.population,
        c.population_key,
        c.population_vintage,
        c.net_per_head_pence,
        case when c.body_id is null then 'no_budget' else c.cost_unavailable_reason end
            as cost_unavailable_reason
    from scores as s
    full join {{ ref('int_value_costs') }} as c
        using (financial_year, service_key, measure, body_id)
    left join peer_groups using (financial_year, body_id)

),

compared as (

    select
        *,
        net_per_head_pence is not null as has_cost,
        net_per_head_pence is not null and score_per_mille is not null as has_both
    from joined

),

among_peers as (

    select
        *,
        count(*) over costed as cost_bodies,
        rank() over (
            partition by
                financial_year, service_key, measure, price_basis, peer_group, population_key,
                has_cost
            order by net_per_head_pence
        ) as cost_order,
        count(*) over both_known as both_bodies,
        sum(score_per_mille) over both_known as score_sum,
        min(score_per_mille) over both_known as least_score,
        max(score_per_mille) over both_known as most_score,
        sum(net_per_head_pence) over both_known as net_per_head_sum
    from compared
    window
        costed as (
            partition by
                financial_year, service_key, measure, price_basis, peer_group, population_key,
                has_cost
        ),
        both_known as (
            partition by
                financial_year, service_key, measure, price_basis, peer_group, population_key,
                has_both
        )

),

judged as (

    select
        *,
        case
            when net_per_head_pence is null then 'no_cost'
            when score_per_mille is null then 'no_score'
            when both_bodies < 2 then 'too_few_peers'
            when both_bodies = 2 and least_score = most_score then 'too_few_peers'
        end as quadrant_unavailable_reason
    from among_peers

),

final as (

    select
        financial_year,
        service_key,
        service_group,
        measure,
        body_id,
        peer_group,
        indicators_source_body_id,
        budget_source_body_id,
        scored_by,
        indicators_expected,
        indicators_present,
        score_sum_per_mille,
        score_per_mille,
        score_unavailable_reason,
        price_basis,
        net_pence,
        population,
        population_key,
        population_vintage,
        net_per_head_pence,
        cost_unavailable_reason,
        case when has_cost then cost_bodies end as cost_peers,
        case when has_cost then cost_order end as cost_rank,
        case when has_both then both_bodies end as peers,
        -- At the average is above it, and at the average cost is a lower cost. Of two bodies that
        -- do equally well both would be above, which says nothing of either.
        case
            when quadrant_unavailable_reason is not null then null
            when score_per_mille::hugeint * both_bodies >= score_sum then 'above_average'
            else 'below_average'
        end
        || case
            when net_per_head_pence::hugeint * both_bodies <= net_per_head_sum then '_lower_cost'
            else '_higher_cost'
        end as quadrant,
        quadrant_unavailable_reason
    from judged

)

select * from final
