-- One row per financial year, payer and payee, both public bodies and at least one a partner: what
-- each side reports. Only what both agree on is eliminated, and only between bodies of the place.
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
        m.payer_id,
        m.payee_id,
        case
            when m.payer_unmatched_pence = 0 and m.payee_unmatched_pence = 0 then 'matched'
            when m.payee_pence is null then 'payer_only'
            when m.payer_pence is null then 'payee_only'
            else 'differing'
        end as match_status,
        m.payer_pence,
        m.payee_pence,
        m.agreed_pence::bigint as agreed_pence,
        m.timing_pence::bigint as timing_pence,
        m.eliminated_pence::bigint as eliminated_pence,
        case
            when
                m.in_spend and m.payer_in_group and m.payee_in_group
                and spenders.partner_id is not null
                then greatest(0, m.payer_unmatched_pence)
            else 0
        end::bigint as possible_double_count_pence,
        m.return_pence as payer_return_pence,
        m.in_spend,
        m.payer_in_group,
        m.payee_in_group,
        m.lines,
        m.paid_late_pence::bigint as paid_late_pence,
        m.paid_early_pence::bigint as paid_early_pence,
        m.received_late_pence::bigint as received_late_pence,
        m.received_early_pence::bigint as received_early_pence,
        {{ presence('c') }}
    from {{ ref('int_transfer_matches') }} as m
    left join spenders
        on m.financial_year = spenders.financial_year and m.payee_id = spenders.partner_id
    left join {{ ref('int_feed_completeness') }} as c
        on m.financial_year = c.financial_year and c.feed = 'spend'

)

select * from final
