-- One row per basis on which the target may have been meant: what counts of the savings so far, the
-- part known to contribute to the target apart, beside the target and what is not known about it.
-- No share of the target is given while anything about it is unknown.
with latest as (

    select max(financial_year) as financial_year
    from {{ ref('fct_savings_initiative') }}
    where claimed_pence <> 0

),

amounts as (

    select
        'annual_recurring' as target_basis,
        years.*,
        years.recurring_pence as pence
    from {{ ref('fct_savings_initiative') }} as years
    inner join latest on years.financial_year = latest.financial_year
    union all
    select
        'cumulative' as target_basis,
        years.*,
        years.counted_pence as pence
    from {{ ref('fct_savings_initiative') }} as years
    inner join latest on years.financial_year <= latest.financial_year

),

sums as (

    select
        target_basis,
        sum(pence) filter (contributes_to_target)::bigint as programme_pence,
        sum(pence) filter (is_board_programme and contributes_to_target is null)::bigint
            as unconfirmed_pence,
        sum(pence) filter (not is_board_programme or not contributes_to_target)::bigint
            as other_pence,
        sum(pence) filter (sustained = 'confirmed')::bigint as sustained_pence,
        sum(pence) filter (sustained = 'provisional')::bigint as provisional_pence
    from amounts
    group by target_basis

),

final as (

    select
        b.target_basis,
        latest.financial_year,
        coalesce(sums.programme_pence, 0) as programme_pence,
        coalesce(sums.unconfirmed_pence, 0) as unconfirmed_pence,
        coalesce(sums.other_pence, 0) as other_pence,
        coalesce(sums.sustained_pence, 0) as sustained_pence,
        coalesce(sums.provisional_pence, 0) as provisional_pence,
        target.amount_pence as target_pence,
        nullif(concat_ws(
            ', ',
            case when target.amount_pence is null then 'amount' end,
            case when target.basis is null then 'basis' end,
            case when target.start_year is null then 'start year' end,
            case when target.end_year is null then 'end year' end,
            case when target.price_basis is null then 'prices' end,
            case when target.net_or_gross is null then 'net or gross' end,
            case when target.bodies is null then 'bodies' end
        ), '') as target_unknowns,
        {{ presence('p') }}
    from (values ('annual_recurring'), ('cumulative')) as b (target_basis)
    cross join {{ ref('efficiency_target') }} as target
    cross join latest
    left join sums on b.target_basis = sums.target_basis
    left join {{ ref('int_feed_completeness') }} as p
        on latest.financial_year = p.financial_year and p.feed = 'savings'

)

select * from final
