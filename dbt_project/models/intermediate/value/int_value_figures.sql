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
        coalesce(m.measure, 'not_told') as measure
    from {{ ref('int_value_scores') }} as s
    left join (
        select distinct
            financial_year,
            group_key,
            measure
        from {{ ref('int_value_costs') }}
    ) as m
        on s.financial_year = m.financial_year and s.group_key = m.group_key

),

joined as (

    select
        financial_year,
        group_key,
        measure,
        body_id,
        peer_groups.peer_group,
        coalesce(s.service_group, c.service_group, 'All services') as service_group,
        s.heard as indicators_told_by,
        c.heard as budget_told_by,
        s.scored_by,
        coalesce(s.indicators_expected, 0) as indicators_expected,
        coalesce(s.indicators_present, 0) as indicators_present,
        s.score_sum_per_mille,
        s.score_per_mille,
        case when s.body_id is null then 'no_indicators' else s.score_refused_because end
            as score_refused_because,
        c.price_basis,
        c.net_pence,
        c.population,
        c.population_key,
        c.population_vintage,
        c.net_per_head_pence,
        case when c.body_id is null then 'no_budget' else c.cost_refused_because end
            as cost_refused_because
    from scores as s
    full join {{ ref('int_value_costs') }} as c
        using (financial_year, group_key, measure, body_id)
    left join peer_groups using (financial_year, body_id)

),

final as (

    select
        *,
        net_per_head_pence is not null as has_cost,
        has_cost and score_per_mille is not null as has_both,
        case when has_cost then count(*) over costed end as cost_peers,
        case when has_cost then rank() over (costed order by net_per_head_pence) end as cost_rank,
        case when has_both then count(*) over compared end as peers,
        case
            when has_both and count(*) over compared > 1
                then
                    case
                        when
                            score_per_mille::hugeint * count(*) over compared
                            >= sum(score_per_mille) over compared
                            then 'better'
                        else 'worse'
                    end
                    || case
                        when
                            net_per_head_pence::hugeint * count(*) over compared
                            <= sum(net_per_head_pence) over compared
                            then '_cheaper'
                        else '_dearer'
                    end
        end as quadrant
    from joined
    window
        costed as (
            partition by
                financial_year, group_key, measure, price_basis, peer_group, population_key,
                has_cost
        ),
        compared as (
            partition by
                financial_year, group_key, measure, price_basis, peer_group, population_key,
                has_both
        )

)

select * from final
