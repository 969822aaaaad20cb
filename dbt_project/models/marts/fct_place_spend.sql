-- One row per financial year, body, scope, theme, service and basis: what the body spent (gross),
-- what another body of the place counts as well (eliminated), what is left (net), and what of that
-- lies in the place, in cash and in real terms; with what the amounts are: their prices and VAT.
with cells as (

    select
        financial_year,
        partner_id,
        scope,
        theme,
        service_code,
        basis,
        accounting,
        footprint_key,
        footprint_vintage,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(lines)::bigint as lines,
        sum(gross_pence)::bigint as gross_pence,
        sum(eliminated_pence)::bigint as eliminated_pence,
        sum(net_pence)::bigint as net_pence,
        sum(in_scope_net_pence)::bigint as in_scope_net_pence,
        sum(credits_pence)::bigint as credits_pence,
        sum(review_pence)::bigint as review_pence
    from {{ ref('int_net_spend') }}
    group by all

),

final as (

    select
        cells.financial_year,
        cells.partner_id as body_id,
        cells.scope,
        cells.theme,
        coalesce(cells.service_code, 'not_reported') as service_code,
        cells.basis,
        cells.accounting,
        cells.price_basis,
        cells.vat_basis,
        cells.lines,
        cells.gross_pence,
        cells.eliminated_pence,
        cells.net_pence,
        cells.in_scope_net_pence,
        cells.net_pence - cells.in_scope_net_pence as out_of_scope_pence,
        cells.credits_pence,
        cells.review_pence,
        case
            when prices.index_e6 is not null and cells.price_basis = 'cash'
                then {{ divide_round(
                    'cells.in_scope_net_pence::hugeint * prices.base_e6', 'prices.index_e6'
                ) }}
        end as real_terms_pence,
        case
            when cells.price_basis <> 'cash' then 'not_cash'
            when prices.index_e6 is null then 'no_index'
            else 'deflated'
        end as price_status,
        s.price_release,
        s.price_base_year,
        cells.footprint_key,
        cells.footprint_vintage,
        {{ presence('c') }},
        {{ own_presence('cells.partner_id', 'cells.financial_year', 'spend') }}
    from cells
    cross join {{ ref('stg_contract_count_settings') }} as s
    left join {{ ref('int_prices') }} as prices
        on
            cells.financial_year = prices.financial_year
            and s.price_base_year = prices.base_year
    left join {{ ref('int_feed_completeness') }} as c
        on cells.financial_year = c.financial_year and c.feed = 'spend'

)

select * from final
