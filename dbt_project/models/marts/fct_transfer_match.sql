-- One row per financial year, payer and payee, both bodies of the place: what each side reports of
-- the money between them. Only what both agree on is eliminated.
with spenders as (

    select distinct
        financial_year,
        partner_id
    from {{ ref('int_spend_cells') }}
    where scope <> 'income'

),

final as (

    select
        m.financial_year,
        m.payer_id as payer_body_id,
        m.payee_id as payee_body_id,
        {{ match_status('m') }} as match_status,
        m.payer_pence,
        m.payee_pence,
        m.agreed_pence::bigint as agreed_pence,
        m.timing_pence::bigint as timing_pence,
        m.eliminated_pence::bigint as eliminated_pence,
        case
            when m.in_spend and spenders.partner_id is not null
                then greatest(0, m.payer_unmatched_pence)
            else 0
        end::bigint as possible_double_count_pence,
        m.return_pence as payer_return_pence,
        m.in_spend,
        m.lines,
        m.paid_late_pence::bigint as paid_late_pence,
        m.paid_early_pence::bigint as paid_early_pence,
        m.received_late_pence::bigint as received_late_pence,
        m.received_early_pence::bigint as received_early_pence,
        {{ presence('c') }},
        {{ own_presence('m.payer_id', 'm.financial_year', 'spend') }}
    from {{ ref('int_transfer_matches') }} as m
    left join spenders
        on m.financial_year = spenders.financial_year and m.payee_id = spenders.partner_id
    left join {{ ref('int_feed_completeness') }} as c
        on m.financial_year = c.financial_year and c.feed = 'spend'
    where m.payer_in_group and m.payee_in_group

)

select * from final
