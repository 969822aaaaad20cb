-- One row per public body and financial year in use: the body that answers for it in that year. A
-- body that had ended stands for its successor, where it has exactly one, and for that one's
-- successor if it had ended too (rule 8).
with years as (

    select financial_year from {{ ref('int_submission_years') }}
    where financial_year is not null
    {% for feed in ('funding', 'savings', 'indicators', 'budgets') %}
        union
        select financial_year from {{ ref('stg_' ~ feed ~ '_lines') }}
        where financial_year is not null
    {% endfor %}

),

bodies as (

    select * from {{ ref('stg_contract_bodies') }}

),

first_step as (

    select
        years.financial_year,
        bodies.body_id,
        case
            when bodies.valid_to < {{ year_start('years.financial_year') }}
                then coalesce(bodies.successor_id, bodies.body_id)
            else bodies.body_id
        end as next_id
    from bodies
    cross join years

),

second_step as (

    select
        first_step.financial_year,
        first_step.body_id,
        case
            when bodies.valid_to < {{ year_start('first_step.financial_year') }}
                then coalesce(bodies.successor_id, bodies.body_id)
            else bodies.body_id
        end as resolved_body_id
    from first_step
    inner join bodies on first_step.next_id = bodies.body_id

),

final as (

    select
        second_step.financial_year,
        second_step.body_id,
        second_step.resolved_body_id,
        bodies.name,
        bodies.in_group
    from second_step
    inner join bodies on second_step.resolved_body_id = bodies.body_id

)

select * from final
