-- One row per cell of the count: what the body spent, what of it another body counts as well, what
-- is left, and what of that lies in the place.
with cells as (

    select
        c.*,
        t.eliminated_pence as theme_eliminated_pence,
        t.paid_pence as theme_paid_pence,
        t.direction,
        -- The cells' order decides who gets an odd penny.
        row_number() over (
            partition by c.financial_year, c.partner_id, c.payee_id, c.theme
            order by
                c.scope, c.service_code, c.basis, c.accounting, c.delivery,
                c.provider_id nulls first, c.provider_name nulls first
        ) as turn,
        greatest(0, t.direction * c.gross_pence) as room_pence
    from {{ ref('int_spend_cells') }} as c
    left join {{ ref('int_transfer_themes') }} as t
        on
            c.financial_year = t.financial_year
            and c.partner_id = t.payer_id
            and c.payee_id = t.payee_id
            and c.theme = t.theme
            and c.scope <> 'income'

),

roomy as (

    select
        *,
        sum(room_pence) over (
            partition by financial_year, partner_id, payee_id, theme
        ) as room_total
    from cells
    where theme_eliminated_pence is not null

),

eliminated as (

    select
        * exclude (room_total),
        case
            when theme_eliminated_pence = theme_paid_pence then gross_pence
            else coalesce(direction * {{ share_out(
                'abs(theme_eliminated_pence)', 'room_pence', 'room_total',
                'financial_year, partner_id, payee_id, theme', 'turn'
            ) }}, 0)
        end as eliminated_pence
    from roomy
    union all
    select
        *,
        0 as eliminated_pence
    from cells
    where theme_eliminated_pence is null

),

final as (

    select
        e.* exclude (eliminated_pence),
        e.eliminated_pence::bigint as eliminated_pence,
        (e.gross_pence - e.eliminated_pence)::bigint as net_pence,
        case
            when e.scope <> 'in_scope' then 0
            when f.partner_id is null then e.gross_pence - e.eliminated_pence
            else {{ divide_round(
                '(e.gross_pence - e.eliminated_pence)::hugeint * f.inside_count', 'f.total_count'
            ) }}
        end::bigint as in_scope_net_pence,
        f.key_id as footprint_key,
        f.vintage as footprint_vintage
    from eliminated as e
    left join {{ ref('stg_contract_footprints') }} as f on e.partner_id = f.partner_id

)

select
    financial_year,
    partner_id,
    scope,
    theme,
    service_code,
    basis,
    accounting,
    payee_id,
    delivery,
    provider_id,
    provider_name,
    in_group,
    lines,
    gross_pence,
    eliminated_pence,
    net_pence,
    in_scope_net_pence,
    credits_pence,
    review_pence,
    sure_pence,
    likely_pence,
    footprint_key,
    footprint_vintage
from final
