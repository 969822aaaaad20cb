-- One row per year, payer and payee: payments in the payer's ledger matched to receipts in the
-- payee's return (rule 2). A payment near the year's end that the payee counts in the neighbouring
-- year agrees too, within the window of the count's settings.
with pairs as (

    select * from {{ ref('int_transfer_pairs') }}

),

years as (

    select unnest(generate_series(min(year_no), max(year_no))) as year_no
    from pairs

),

bodies as (

    select distinct
        payer_id,
        payee_id
    from pairs

),

-- Every pair in every year, so that the row before or after is the year before or after.
spine as (

    select
        bodies.payer_id,
        bodies.payee_id,
        years.year_no,
        pairs.* exclude (payer_id, payee_id, year_no)
    from bodies
    cross join years
    left join pairs
        on
            bodies.payer_id = pairs.payer_id
            and bodies.payee_id = pairs.payee_id
            and years.year_no = pairs.year_no

),

-- Paid in the last days of the year, and counted by the payee in the next.
paid_late as (

    select
        *,
        coalesce(lag(payee_unmatched_pence) over pair_years, 0) as payee_unmatched_before_pence,
        case
            when in_spend
                then greatest(0, least(
                    payer_unmatched_pence,
                    late_pence,
                    coalesce(lead(payee_unmatched_pence) over pair_years, 0)
                ))
            else 0
        end as paid_late_pence
    from spine
    window pair_years as (partition by payer_id, payee_id order by year_no)

),

received_late as (

    select
        *,
        coalesce(lag(paid_late_pence) over pair_years, 0) as received_late_pence,
        coalesce(lag(paid_late_pence, 2) over pair_years, 0) as received_late_before_pence
    from paid_late
    window pair_years as (partition by payer_id, payee_id order by year_no)

),

-- Paid in the first days of the year, and counted by the payee in the one before. What the payee
-- counted there as paid late in the year before that is taken already.
paid_early as (

    select
        *,
        case
            when in_spend
                then greatest(0, least(
                    payer_unmatched_pence - paid_late_pence,
                    early_pence,
                    payee_unmatched_before_pence - received_late_before_pence
                ))
            else 0
        end as paid_early_pence
    from received_late

),

received_early as (

    select
        *,
        coalesce(lead(paid_early_pence) over (
            partition by payer_id, payee_id order by year_no
        ), 0) as received_early_pence
    from paid_early

),

final as (

    select
        r.financial_year,
        r.payer_id,
        r.payee_id,
        r.lines,
        r.in_spend,
        coalesce(payer.in_group, false) as payer_in_group,
        coalesce(payee.in_group, false) as payee_in_group,
        r.return_pence,
        r.payer_pence,
        r.payee_pence,
        r.agreed_pence,
        r.paid_late_pence,
        r.paid_early_pence,
        r.paid_late_pence + r.paid_early_pence as timing_pence,
        r.received_late_pence,
        r.received_early_pence,
        r.payer_unmatched_pence - r.paid_late_pence - r.paid_early_pence as payer_unmatched_pence,
        r.payee_unmatched_pence - r.received_late_pence - r.received_early_pence
            as payee_unmatched_pence
    from received_early as r
    left join {{ ref('stg_contract_bodies') }} as payer on r.payer_id = payer.body_id
    left join {{ ref('stg_contract_bodies') }} as payee on r.payee_id = payee.body_id
    where r.financial_year is not null

)

select
    *,
    case
        when in_spend and payer_in_group and payee_in_group then agreed_pence + timing_pence
        else 0
    end as eliminated_pence
from final
