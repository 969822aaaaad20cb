-- One row per financial year, body and initiative that is not in the body's whole register of the
-- year, of those reported by anybody: whether its absence proves that there is nothing. It does not
-- where a row was set aside under its reference, or under one that cannot be read.
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

initiatives as (

    select distinct initiative_id from {{ ref('stg_savings_lines') }}

),

absent as (

    select
        registers.partner_id,
        registers.financial_year,
        registers.rows_set_aside,
        initiatives.initiative_id
    from registers
    cross join initiatives
    anti join {{ ref('stg_savings_lines') }} as lines
        on
            registers.partner_id = lines.partner_id
            and registers.financial_year = lines.financial_year
            and initiatives.initiative_id = lines.initiative_id

),

final as (

    select
        absent.partner_id,
        absent.financial_year,
        absent.initiative_id,
        any_value(absent.rows_set_aside) = count(set_aside.initiative_id)
        and not coalesce(bool_or(set_aside.initiative_id = absent.initiative_id), false)
            as proves_nothing_there
    from absent
    left join set_aside
        on
            absent.partner_id = set_aside.partner_id
            and absent.financial_year = set_aside.financial_year
    group by absent.partner_id, absent.financial_year, absent.initiative_id

)

select * from final
