-- One row per financial year, body that pays, drug or alcohol service, way of delivery and final
-- provider. Capital and other money outside the count is left out; a body outside the place is
-- shown, under its own scope. What is left in the place is shared over the streams of money that
-- the body's own return reports for the theme; what the return does not cover is `unknown`.
with net as (

    select
        * replace ({{ provider_key('delivery', 'provider_id', 'provider_name') }} as provider_id)
    from {{ ref('int_net_spend') }}

),

cells as (

    select
        financial_year,
        partner_id,
        scope,
        service_code,
        delivery,
        provider_id,
        row_number() over (
            order by financial_year, partner_id, scope, service_code, delivery, provider_id
        ) as row_id,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(lines)::bigint as lines,
        sum(gross_pence)::bigint as gross_pence,
        sum(eliminated_pence)::bigint as eliminated_pence,
        sum(net_pence)::bigint as net_pence,
        sum(in_scope_net_pence)::bigint as in_scope_net_pence,
        sum(sure_pence)::bigint as sure_pence,
        sum(likely_pence)::bigint as likely_pence
    from net
    where theme = 'drug_alcohol' and scope in ('in_scope', 'outside_place')
    group by financial_year, partner_id, scope, service_code, delivery, provider_id

),

weighed as (

    select
        cells.row_id,
        cells.in_scope_net_pence,
        weights.stream,
        weights.pence as weight,
        sum(weights.pence) over (partition by cells.row_id) as all_weights
    from cells
    inner join {{ ref('int_theme_streams') }} as weights
        on
            cells.financial_year = weights.financial_year
            and cells.partner_id = weights.partner_id
            and weights.theme = 'drug_alcohol'

),

funded as (

    select
        row_id,
        stream,
        sign(in_scope_net_pence) * coalesce({{ share_out(
            'abs(in_scope_net_pence)', 'weight', 'all_weights', 'row_id', 'stream'
        ) }}, 0) as pence
    from weighed

),

streams as (

    select
        row_id,
        sum(pence) filter (stream = 'pooled_treatment_budget') as ptb_pence,
        sum(pence) filter (stream = 's256') as s256_pence,
        sum(pence) filter (stream = 's75') as s75_pence,
        sum(pence) filter (stream = 'grant') as grant_pence,
        sum(pence) filter (stream = 'recharge') as recharge_pence,
        sum(pence) filter (stream = 'own_resources') as own_pence,
        sum(pence) filter (stream = 'unknown') as unknown_pence
    from funded
    group by row_id

),

final as (

    select
        cells.financial_year,
        cells.partner_id as body_id,
        cells.scope,
        cells.service_code,
        coalesce('tier_' || replace(services.tier, '-', '_'), 'not_reported') as tier,
        cells.delivery,
        cells.provider_id,
        cells.* exclude (
            financial_year, partner_id, scope, service_code, delivery, provider_id, row_id,
            sure_pence, likely_pence
        ),
        cells.sure_pence as gross_sure_pence,
        cells.likely_pence as gross_likely_pence,
        coalesce(streams.ptb_pence, 0)::bigint as in_scope_net_by_ptb_pence,
        coalesce(streams.s256_pence, 0)::bigint as in_scope_net_by_s256_pence,
        coalesce(streams.s75_pence, 0)::bigint as in_scope_net_by_s75_pence,
        coalesce(streams.grant_pence, 0)::bigint as in_scope_net_by_grant_pence,
        coalesce(streams.recharge_pence, 0)::bigint as in_scope_net_by_recharge_pence,
        coalesce(streams.own_pence, 0)::bigint as in_scope_net_by_own_pence,
        coalesce(streams.unknown_pence, 0)::bigint as in_scope_net_by_unknown_pence,
        {{ presence('c') }},
        {{ own_presence('cells.partner_id', 'cells.financial_year', 'spend') }}
    from cells
    inner join streams on cells.row_id = streams.row_id
    inner join {{ ref('service') }} as services on cells.service_code = services.service_code
    left join {{ ref('int_feed_completeness') }} as c
        on cells.financial_year = c.financial_year and c.feed = 'spend'

)

select * from final
