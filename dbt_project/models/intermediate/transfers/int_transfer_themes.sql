-- One row per year, payer, payee and theme of a pair with something to eliminate: how much of it
-- falls to the theme. First what both sides report for the theme, then the rest by what is left.
with sides as (

    select
        m.financial_year,
        m.payer_id,
        m.payee_id,
        s.theme,
        list_position(['drug_alcohol', 'public_access', 'other', 'unclassified'], s.theme)
            as allocation_order,
        sign(m.eliminated_pence) as direction,
        abs(m.eliminated_pence) as pence,
        sign(m.eliminated_pence) * s.spend_pence as paid_pence,
        sign(m.eliminated_pence) * coalesce(s.payee_pence, 0) as reported_pence
    from {{ ref('int_transfer_matches') }} as m
    inner join {{ ref('int_transfer_sides') }} as s
        on
            m.financial_year = s.financial_year
            and m.payer_id = s.payer_id
            and m.payee_id = s.payee_id
    where m.eliminated_pence <> 0 and s.theme <> 'not_reported'

),

common as (

    select
        *,
        case
            when theme = 'unclassified' then 0
            else greatest(0, least(paid_pence, reported_pence))
        end as common_pence
    from sides

),

capped as (

    select
        *,
        greatest(0, least(
            common_pence,
            pence - coalesce(sum(common_pence) over (
                partition by financial_year, payer_id, payee_id
                order by allocation_order
                rows between unbounded preceding and 1 preceding
            ), 0)
        ))::bigint as agreed_pence
    from common

),

eliminable as (

    select
        *,
        greatest(0, paid_pence - agreed_pence) as eliminable_pence
    from capped

),

remaining as (

    select
        *,
        pence - sum(agreed_pence) over same_pair as remaining_pence,
        sum(eliminable_pence) over same_pair as eliminable_total
    from eliminable
    window same_pair as (partition by financial_year, payer_id, payee_id)

)

select
    financial_year,
    payer_id,
    payee_id,
    theme,
    direction,
    direction * paid_pence as paid_pence,
    direction * (
        agreed_pence + coalesce({{ share_out(
            'remaining_pence', 'eliminable_pence', 'eliminable_total',
            'financial_year, payer_id, payee_id', 'allocation_order'
        ) }}, 0)
    ) as eliminated_pence
from remaining
