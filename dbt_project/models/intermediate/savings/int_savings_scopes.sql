-- One row per initiative, financial year, body of the place and ledger scope it names there: the
-- department, area and account without regard to case and spacing, and words that the supplier's
-- name holds. A field not named (null) means any.
with named as (

    select distinct
        financial_year,
        initiative_id,
        partner_id,
        nullif({{ squeeze('scope_department') }}, '') as department,
        nullif({{ squeeze('scope_area') }}, '') as area,
        nullif({{ squeeze('scope_account') }}, '') as account,
        {{ fold('scope_supplier') }} as supplier_phrase
    from {{ ref('stg_savings_lines') }}
    where in_place

)

select * from named
where coalesce(department, area, account, supplier_phrase) is not null
