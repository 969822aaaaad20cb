-- One row per partner, text in which it names a body in indicators or budgets, and financial year:
-- the body it means. No name means the sender; an unknown name is a body by that name.
with texts as (

    select
        partner_id,
        body,
        financial_year
    from {{ ref('stg_indicators_lines') }}
    union
    select
        partner_id,
        body,
        financial_year
    from {{ ref('stg_budgets_lines') }}

)

select
    texts.partner_id,
    texts.body,
    texts.financial_year,
    case
        when {{ fold('texts.body') }} is null then texts.partner_id
        else coalesce(names.body_id, {{ fold('texts.body') }})
    end as body_id
from texts
left join {{ ref('int_body_names') }} as names
    on texts.body = names.text and texts.financial_year = names.financial_year
