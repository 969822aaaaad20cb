-- One row per cell of the count (see int_spend_cells): what the body spent (gross), what of it
-- another body of the place counts as well (eliminated), what is left (net), and what of that lies
-- in the place (in-scope net).
with cells as (

    select
        c.*,
        t.eliminated_pence as theme_eliminated_pence,
        t.paid_pence as theme_paid_pence,
        t.direction,
        -- Of cells with equal remainders, the first in this order gets the odd penny.
        row_number() over (
            partition by c.financial_year, c.partner_id, c.payee_id, c.theme
            order by
                c.scope, c.service_code, c.basis, c.accounting, c.delivery,
                c.provider_id nulls first, c.provider_name nulls first
        ) as allocation_order,
        greatest(0, t.direction * c.gross_pence) as eliminable_pence
    from {{ ref('int_spend_cells') }} as c
    left join {{ ref('int_transfer_themes') }} as t
        on
            c.financial_year = t.financial_year
            and c.partner_id = t.payer_id
            and c.payee_id = t.payee_id
            and c.theme = t.theme
            and c.scope <> 'income'

),

transfers as (

    select
        *,
        sum(eliminable_pence) over (
            partition by financial_year, partner_id, payee_id, theme
        ) as eliminable_total
    from cells
    where theme_eliminated_pence is not null

),

eliminated as (

    select
        * exclude (eliminable_total),
        case
            -- A theme that is eliminated whole loses its credits as well.
            when theme_eliminated_pence = theme_paid_pence then gross_pence
            else coalesce(direction * {{ share_out(
                'abs(theme_eliminated_pence)', 'eliminable_pence', 'eliminable_total',
                'financial_year, partner_id, payee_id, theme', 'allocation_order'
            ) }}, 0)
        end::bigint as eliminated_pence
    from transfers
    union all
    select
        *,
        0 as eliminated_pence
    from cells
    where theme_eliminated_pence is null

),

net as (

    select
        *,
        gross_pence - eliminated_pence as net_pence
    from eliminated

),

final as (

    select
        net.*,
        f.key_id as footprint_key,
        f.vintage as footprint_vintage,
        f.inside_count as footprint_inside,
        f.total_count as footprint_total,
        case
            when net.scope <> 'in_scope' then 0
            when f.partner_id is null then net.net_pence
            else {{ divide_round('net.net_pence::hugeint * f.inside_count', 'f.total_count') }}
        end as in_scope_net_pence
    from net
    left join {{ ref('stg_contract_footprints') }} as f on net.partner_id = f.partner_id

)

select
    cell_id,
    financial_year,
    partner_id,
    scope,
    theme,
    service_code,
    basis,
    accounting,
    price_basis,
    vat_basis,
    payee_id,
    delivery,
    provider_id,
    provider_name,
    in_group,
    is_in_return,
    lines,
    gross_pence,
    eliminated_pence::bigint as eliminated_pence,
    net_pence::bigint as net_pence,
    in_scope_net_pence::bigint as in_scope_net_pence,
    credits_pence,
    review_pence,
    sure_pence,
    likely_pence,
    late_pence,
    early_pence,
    footprint_key,
    footprint_vintage,
    footprint_inside,
    footprint_total
from final
