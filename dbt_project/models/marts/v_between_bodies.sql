-- One row per financial year, payer, payee and theme, both bodies of the place, in pounds: what
-- each side reports, what is taken out of the payer's spend, and what may still be counted twice.
with sides as (

    select
        m.financial_year,
        m.payer_body_id,
        m.payee_body_id,
        s.theme,
        case when m.in_spend then s.spend_pence else s.return_pence end as payer_pence,
        s.payee_pence,
        coalesce(t.eliminated_pence, 0) as eliminated_pence,
        m.possible_double_count_pence,
        greatest(
            0, case when m.in_spend then s.spend_pence else 0 end - coalesce(t.eliminated_pence, 0)
        ) as left_pence,
        {{ passed_on('m') }},
        m.body_periods_expected,
        m.body_periods_present
    from {{ ref('fct_transfer_match') }} as m
    inner join {{ ref('int_transfer_sides') }} as s
        on
            m.financial_year = s.financial_year
            and m.payer_body_id = s.payer_id
            and m.payee_body_id = s.payee_id
    left join {{ ref('int_transfer_themes') }} as t
        on
            s.financial_year = t.financial_year
            and s.payer_id = t.payer_id
            and s.payee_id = t.payee_id
            and s.theme = t.theme

),

weighed as (

    select
        *,
        sum(left_pence) over (
            partition by financial_year, payer_body_id, payee_body_id
        ) as left_of_pair_pence
    from sides

),

shared as (

    select
        *,
        coalesce({{ share_out(
            'possible_double_count_pence', 'left_pence', 'left_of_pair_pence',
            'financial_year, payer_body_id, payee_body_id', 'theme'
        ) }}, 0) as perhaps_twice_pence
    from weighed

)

select
    shared.financial_year,
    shared.payer_body_id,
    payers.short_name as payer_name,
    shared.payee_body_id,
    payees.short_name as payee_name,
    shared.theme,
    {{ pounds('shared.payer_pence') }} as payer_pounds,
    {{ pounds('shared.payee_pence') }} as payee_pounds,
    {{ pounds('shared.eliminated_pence') }} as eliminated_pounds,
    {{ pounds('shared.perhaps_twice_pence') }} as perhaps_twice_pounds,
    shared.body_periods_expected,
    shared.body_periods_present,
    {{ passed_on('shared') }}
from shared
inner join {{ ref('dim_organisation') }} as payers on shared.payer_body_id = payers.body_id
inner join {{ ref('dim_organisation') }} as payees on shared.payee_body_id = payees.body_id
