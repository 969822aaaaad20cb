-- One row per financial year, service group, budget or outturn, and body: how well it does among
-- its peers beside what it spends a head, and what changed in a year. A figure that is not
-- comparable with its peers' is left out, with the reason.
with years as (

    select
        this.*,
        before.quadrant as quadrant_before,
        case
            when this.scored_by = before.scored_by
                then this.score_per_mille - before.score_per_mille
        end as score_change_per_mille,
        case
            when coalesce(this.price_basis, '') = coalesce(before.price_basis, '')
                then this.net_per_head_pence - before.net_per_head_pence
        end as net_per_head_change_pence
    from {{ ref('int_value_figures') }} as this
    left join {{ ref('int_value_figures') }} as before
        on
            left(this.financial_year, 4)::bigint - 1 = left(before.financial_year, 4)::bigint
            and this.service_key = before.service_key
            and this.measure = before.measure
            and this.body_id = before.body_id

),

final as (

    select
        years.financial_year,
        years.service_key,
        years.service_group,
        years.measure as amount_kind,
        years.body_id,
        coalesce(o.name, years.body_id) as body_name,
        coalesce(o.in_group, false) as in_group,
        years.peer_group,
        'rank_percentile' as score_method,
        years.indicators_source_body_id,
        years.indicators_expected,
        years.indicators_present,
        years.score_sum_per_mille,
        years.score_per_mille,
        years.score_unavailable_reason,
        years.budget_source_body_id,
        years.price_basis,
        years.net_pence,
        years.population,
        years.population_key,
        years.population_vintage,
        years.net_per_head_pence,
        years.cost_unavailable_reason,
        years.cost_peers,
        years.cost_rank,
        years.peers,
        years.quadrant,
        years.score_change_per_mille,
        years.net_per_head_change_pence,
        years.quadrant_before,
        {{ presence('indicators', 'indicators_') }},
        {{ presence('budgets') }}
    from years
    left join {{ ref('stg_contract_bodies') }} as o on years.body_id = o.body_id
    left join {{ ref('int_feed_completeness') }} as indicators
        on
            years.financial_year = indicators.financial_year
            and indicators.feed = 'indicators'
    left join {{ ref('int_feed_completeness') }} as budgets
        on years.financial_year = budgets.financial_year and budgets.feed = 'budgets'

)

select * from final
