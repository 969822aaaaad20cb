{% set kinds = ['budget', 'outturn'] -%}
-- One row per financial year, service group and body: how well it does among its peers beside what
-- it spends a head, by its budget and by its outturn, and what changed in a year. A figure that is
-- not comparable with its peers' is left out, with the reason. These costs are the accounts'
-- (cost_basis `accounts`), and are never added to payments.
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

bodies as (

    select
        financial_year,
        service_key,
        body_id,
        min(service_group) as service_group,
        any_value(peer_group) as peer_group,
        any_value(indicators_source_body_id) as indicators_source_body_id,
        max(indicators_expected) as indicators_expected,
        max(indicators_present) as indicators_present,
        max(score_sum_per_mille) as score_sum_per_mille,
        max(score_per_mille) as score_per_mille,
        max(score_change_per_mille) as score_change_per_mille,
        any_value(score_unavailable_reason) as score_unavailable_reason,
        any_value(population) as population,
        any_value(population_key) as population_key,
        any_value(population_vintage) as population_vintage
    from years
    group by financial_year, service_key, body_id

),

final as (

    select
        bodies.financial_year,
        bodies.service_key,
        bodies.service_group,
        bodies.body_id,
        coalesce(o.name, bodies.body_id) as body_name,
        coalesce(o.in_group, false) as in_group,
        bodies.peer_group,
        'accounts' as cost_basis,
        'rank_percentile' as score_method,
        bodies.indicators_source_body_id,
        bodies.indicators_expected,
        bodies.indicators_present,
        bodies.score_sum_per_mille,
        bodies.score_per_mille,
        bodies.score_unavailable_reason,
        bodies.score_change_per_mille,
        bodies.population,
        bodies.population_key,
        bodies.population_vintage,
        {%- for kind in kinds %}
            {{ kind }}.budget_source_body_id as {{ kind }}_source_body_id,
            {{ kind }}.price_basis as {{ kind }}_price_basis,
            {{ kind }}.net_pence as {{ kind }}_net_pence,
            {{ kind }}.net_per_head_pence as {{ kind }}_net_per_head_pence,
            case
                when {{ kind }}.body_id is null then 'no_{{ kind }}'
                else {{ kind }}.cost_unavailable_reason
            end as {{ kind }}_cost_unavailable_reason,
            {{ kind }}.cost_peers as {{ kind }}_cost_peers,
            {{ kind }}.cost_rank as {{ kind }}_cost_rank,
            {{ kind }}.peers as {{ kind }}_peers,
            {{ kind }}.quadrant as {{ kind }}_quadrant,
            {{ kind }}.quadrant_before as {{ kind }}_quadrant_before,
            {{ kind }}.quadrant_unavailable_reason as {{ kind }}_quadrant_unavailable_reason,
            {{ kind }}.net_per_head_change_pence as {{ kind }}_net_per_head_change_pence,
        {%- endfor %}
        {{ presence('indicators', 'indicators_') }},
        {{ presence('budgets') }},
        {{ own_presence('bodies.body_id', 'bodies.financial_year', 'budgets') }}
    from
        bodies
    {%- for kind in kinds %}
        left join years as {{ kind }}
            on
                bodies.financial_year = {{ kind }}.financial_year
                and bodies.service_key = {{ kind }}.service_key
                and bodies.body_id = {{ kind }}.body_id
                and {{ kind }}.measure = '{{ kind }}'
    {%- endfor %}
    left join {{ ref('stg_contract_bodies') }} as o on bodies.body_id = o.body_id
    left join {{ ref('int_feed_completeness') }} as indicators
        on
            bodies.financial_year = indicators.financial_year
            and indicators.feed = 'indicators'
    left join {{ ref('int_feed_completeness') }} as budgets
        on bodies.financial_year = budgets.financial_year and budgets.feed = 'budgets'

)

select * from final
