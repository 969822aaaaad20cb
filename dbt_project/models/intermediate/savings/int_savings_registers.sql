-- One row per financial year, body with a whole register of it and initiative that anybody reports:
-- whether the register has it. Null: a row was set aside under its reference, or under one that
-- cannot be read, and may be it, so that its absence does not prove that there is nothing.
with registers as (

    select
        partner_id,
        financial_year,
        sum(rows_set_aside) as rows_set_aside
    from {{ ref('stg_submissions') }}
    where in_force and feed = 'savings' and coverage = 'whole'
    group by partner_id, financial_year

),

set_aside as (

    select
        s.partner_id,
        s.financial_year,
        aside.initiative_id
    from {{ ref('stg_set_aside') }} as aside
    inner join {{ ref('stg_submissions') }} as s on aside.submission_id = s.submission_id
    where
        s.in_force
        and s.feed = 'savings'
        and s.coverage = 'whole'
        and aside.initiative_id is not null

),

reported as (

    select distinct
        partner_id,
        financial_year,
        initiative_id
    from {{ ref('stg_savings_lines') }}

),

initiatives as (

    select distinct initiative_id from reported

),

final as (

    select
        registers.partner_id,
        registers.financial_year,
        initiatives.initiative_id,
        case
            when count(reported.initiative_id) > 0 then true
            when
                any_value(registers.rows_set_aside) = count(set_aside.initiative_id)
                and not coalesce(
                    bool_or(set_aside.initiative_id = initiatives.initiative_id), false
                )
                then false
        end as is_there
    from registers
    cross join initiatives
    left join reported
        on
            registers.partner_id = reported.partner_id
            and registers.financial_year = reported.financial_year
            and initiatives.initiative_id = reported.initiative_id
    left join set_aside
        on
            registers.partner_id = set_aside.partner_id
            and registers.financial_year = set_aside.financial_year
    group by registers.partner_id, registers.financial_year, initiatives.initiative_id

)

select * from final
