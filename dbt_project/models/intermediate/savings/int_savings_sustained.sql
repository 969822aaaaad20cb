-- One row per initiative and financial year from that of its first net gain of a kind that counts:
-- whether the gain is still there, as the register of the body that reported the first has it, and
-- how much of it was held for three years in a row, this one among them. Years that are not known
-- take nothing away.
with claims as (

    select
        *,
        left(financial_year, 4)::bigint as year_no,
        saving_class = 'cash_releasing' and recurrent as is_of_kind,
        in_year_net_pence > 0 and coalesce(delivery_state <> 'stopped', true) as has_gain
    from {{ ref('int_savings_claims') }}

),

first_gains as (

    select
        initiative_id,
        reported_by_id,
        year_no
    from claims
    where in_year_net_pence > 0 and is_of_kind
    qualify row_number() over (partition by initiative_id order by year_no) = 1

),

last_register as (

    select max(left(financial_year, 4)::bigint) as year_no
    from {{ ref('stg_submissions') }}
    where feed = 'savings'

),

years_later as (

    select
        first_gains.*,
        unnest(
            generate_series(0, last_register.year_no - first_gains.year_no + 2)
        ) as years_later
    from first_gains
    cross join last_register

),

years as (

    select
        initiative_id,
        reported_by_id,
        years_later,
        {{ financial_year('make_date(year_no + years_later, 4, 1)') }} as financial_year
    from years_later

),

observed as (

    select
        years.initiative_id,
        years.financial_year,
        years.years_later,
        case
            when years.years_later = 0 then 'gained'
            when not claims.is_of_kind or not registers.is_there then 'lapsed'
            when registers.is_there and not claims.has_gain then 'lapsed'
            when claims.has_gain then 'gained'
            else 'not_known'
        end as outcome,
        coalesce(claims.is_of_kind, true) as is_of_kind,
        case when claims.shares_add_up then claims.in_year_net_pence end as net_pence
    from years
    left join claims
        on
            years.initiative_id = claims.initiative_id
            and years.financial_year = claims.financial_year
    left join {{ ref('int_savings_registers') }} as registers
        on
            years.initiative_id = registers.initiative_id
            and years.reported_by_id = registers.partner_id
            and years.financial_year = registers.financial_year

),

levels as (

    select
        *,
        min(case outcome when 'lapsed' then 0 when 'gained' then net_pence end) over (
            partition by initiative_id order by years_later
            rows between current row and 2 following
        ) as held_from_here_pence
    from observed

),

final as (

    select
        initiative_id,
        financial_year,
        years_later,
        outcome,
        is_of_kind,
        max(held_from_here_pence) over (
            partition by initiative_id order by years_later
            rows between 2 preceding and current row
        )::bigint as held_pence
    from levels

)

select * from final
