-- One row per spelling of a body in indicators or budgets and body that tells it: the body that is
-- meant. Nobody named is the sender; a name we do not know is a body by that name.
with names as (

    select
        spelling as name,
        body_id
    from {{ ref('int_organisation_names') }}
    where written = 'name'

),

spellings as (

    select
        partner_id,
        body
    from {{ ref('stg_indicators_lines') }}
    union
    select
        partner_id,
        body
    from {{ ref('stg_budgets_lines') }}

),

final as (

    select
        s.partner_id,
        s.body,
        case
            when {{ fold('s.body') }} is null then s.partner_id
            else coalesce(names.body_id, {{ fold('s.body') }})
        end as body_id
    from spellings as s
    left join names on {{ name_core(fold('s.body')) }} = names.name

)

select * from final
