-- One row per year, payer and payee: the paired record, with what was only a matter of time. A
-- payment near the year's end that the other side counts across it agrees within a stated window.
with pairs as (

    select * from {{ ref('int_transfer_pairs') }}

),

-- Paid in the last days of a year and counted by the payee in the next.
forward as (

    select
        this.*,
        case
            when this.in_spend
                then greatest(
                    0, least(this.payer_rest, this.late_pence, coalesce(next.payee_rest, 0))
                )
            else 0
        end as forward_pence
    from pairs as this
    left join pairs as next
        on
            this.payer_id = next.payer_id
            and this.payee_id = next.payee_id
            and this.year_no + 1 = next.year_no

),

-- Counted by the payee in one year and paid in the first days of the next.
backward as (

    select
        this.*,
        coalesce(before.forward_pence, 0) as received_late_pence,
        case
            when this.in_spend
                then greatest(
                    0,
                    least(
                        this.payer_rest - this.forward_pence,
                        this.early_pence,
                        coalesce(before.payee_rest, 0) - coalesce(earlier.forward_pence, 0)
                    )
                )
            else 0
        end as backward_pence
    from forward as this
    left join forward as before
        on
            this.payer_id = before.payer_id
            and this.payee_id = before.payee_id
            and this.year_no - 1 = before.year_no
    left join forward as earlier
        on
            this.payer_id = earlier.payer_id
            and this.payee_id = earlier.payee_id
            and this.year_no - 2 = earlier.year_no

),

final as (

    select
        this.* exclude (payer_rest, payee_rest),
        coalesce(next.backward_pence, 0) as received_early_pence,
        this.forward_pence + this.backward_pence as timing_pence,
        this.payer_rest - this.forward_pence - this.backward_pence as payer_rest,
        this.payee_rest - this.received_late_pence - coalesce(next.backward_pence, 0)
            as payee_rest,
        coalesce(payer.in_group, false) as payer_in_group,
        coalesce(payee.in_group, false) as payee_in_group
    from backward as this
    left join backward as next
        on
            this.payer_id = next.payer_id
            and this.payee_id = next.payee_id
            and this.year_no + 1 = next.year_no
    left join {{ ref('stg_contract_bodies') }} as payer
        on this.payer_id = payer.body_id
    left join {{ ref('stg_contract_bodies') }} as payee
        on this.payee_id = payee.body_id

)

select
    financial_year,
    payer_id,
    payee_id,
    lines,
    in_spend,
    payer_in_group,
    payee_in_group,
    return_pence,
    payer_pence,
    payee_pence,
    agreed_pence,
    timing_pence,
    received_late_pence,
    received_early_pence,
    payer_rest,
    payee_rest,
    case
        when in_spend and payer_in_group and payee_in_group then agreed_pence + timing_pence
        else 0
    end as eliminated_pence
from final
