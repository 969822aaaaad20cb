-- One row per distinct text in which a file names a known public body, and financial year in use:
-- the body it means in that year, and by what it was recognised. The one place where a name
-- becomes a body: for payees, flows, leads of savings, indicators and budgets alike.
-- matched_by: `name` (the whole name), `code` (its official code) or `truncated` (a name cut off
-- at 32 characters). A code identifies a body in a return, which asks for bodies; in a ledger the
-- same letters may be a company (RWE is a hospital trust and a supplier of energy), so the payees
-- of int_counterparties leave codes out.
with texts as (

    select supplier_name as text from {{ ref('int_spend_combinations') }}
    union
    select payer as text from {{ ref('stg_funding_lines') }}
    union
    select payee as text from {{ ref('stg_funding_lines') }}
    union
    select lead as text from {{ ref('stg_savings_lines') }}
    union
    select body as text from {{ ref('stg_indicators_lines') }}
    union
    select body as text from {{ ref('stg_budgets_lines') }}

),

written as (

    select
        text,
        {{ name_core(fold('text')) }} as whole,
        case when length(trim(text)) = 32 then {{ squeezed_capitals('text') }} end as cut
    from texts
    where text is not null

),

recognised as (

    select
        written.text,
        coalesce(whole.body_id, cut.body_id) as named_body_id,
        case
            when whole.is_code then 'code'
            when whole.body_id is not null then 'name'
            else 'truncated'
        end as matched_by
    from written
    left join {{ ref('int_body_spellings') }} as whole
        on written.whole = whole.spelling and whole.written = 'whole'
    left join {{ ref('int_body_spellings') }} as cut
        on written.cut = cut.spelling and cut.written = 'cut'
    where whole.body_id is not null or cut.body_id is not null

),

final as (

    select
        recognised.text,
        years.financial_year,
        recognised.named_body_id,
        years.resolved_body_id as body_id,
        recognised.matched_by,
        years.name,
        years.in_group
    from recognised
    inner join {{ ref('int_body_years') }} as years on recognised.named_body_id = years.body_id

)

select * from final
