-- One row per initiative and each of the two financial years that follow the year of its first net
-- gain: whether the body that reported the gain delivered its register, whether the initiative is
-- in it, and what the gain was. Absence from an incomplete register is not evidence of lapse.
with first_gains as (

    select
        initiative_id,
        financial_year,
        reported_by_id
    from {{ ref('int_savings_claims') }}
    where in_year_net_pence > 0
    qualify row_number() over (partition by initiative_id order by financial_year) = 1

),

following as (

    select
        first_gains.initiative_id,
        first_gains.reported_by_id,
        {{ financial_year(
            'make_date(left(first_gains.financial_year, 4)::bigint + n.years_later, 4, 1)'
        ) }} as following_year
    from first_gains
    cross join (values (1), (2)) as n (years_later)

),

registers as (

    select
        partner_id,
        financial_year,
        bool_and(rows_set_aside = 0) as is_complete
    from {{ ref('stg_submissions') }}
    where in_force and feed = 'savings' and coverage = 'whole'
    group by partner_id, financial_year

),

reports as (

    select distinct
        initiative_id,
        partner_id,
        financial_year
    from {{ ref('stg_savings_lines') }}

),

observed as (

    select
        following.initiative_id,
        following.following_year,
        registers.partner_id is not null as register_delivered,
        coalesce(registers.is_complete, false) as register_complete,
        reports.partner_id is not null as was_reported,
        coalesce(claims.in_year_net_pence, 0) as net_pence
    from following
    left join registers
        on
            following.reported_by_id = registers.partner_id
            and following.following_year = registers.financial_year
    left join reports
        on
            following.initiative_id = reports.initiative_id
            and following.reported_by_id = reports.partner_id
            and following.following_year = reports.financial_year
    left join {{ ref('int_savings_claims') }} as claims
        on
            following.initiative_id = claims.initiative_id
            and following.following_year = claims.financial_year

),

final as (

    select
        initiative_id,
        following_year,
        register_delivered,
        register_complete,
        was_reported,
        case
            when was_reported and register_delivered and net_pence <= 0 then 'lapsed'
            when not was_reported and register_complete then 'lapsed'
            when net_pence > 0 then 'gained'
            else 'not_known'
        end as outcome,
        net_pence
    from observed

)

select * from final
