-- One row per combination and financial year in use whose payee is a known public body: the body,
-- and whether its name, a name cut off, or its VAT number says so. The list of bodies decides,
-- never a flag in the file (rule 3).
with names as (

    select * from {{ ref('int_body_names') }}
    where matched_by <> 'code'

),

-- Payees that no name identifies, with a VAT number that belongs to one body. Maintained schools
-- share their council's number, so the number decides only where there is no name, or one that goes
-- on after the body's own: `... council (treasurers dept)`.
numbered as (

    select distinct
        c.supplier_name,
        c.vat_body_id
    from {{ ref('int_spend_combinations') }} as c
    left join names on c.supplier_name = names.text
    left join {{ ref('int_suppliers') }} as s on c.supplier_text = s.supplier_text
    left join {{ ref('int_body_spellings') }} as own
        on
            c.vat_body_id = own.body_id
            and own.written = 'whole'
            and not own.is_code
            and starts_with({{ name_core('c.supplier_text') }}, own.spelling || ' ')
    where
        c.vat_body_id is not null
        and (coalesce(s.is_redacted, true) or own.spelling is not null)
        and names.text is null

),

final as (

    select
        c.combination_key,
        names.financial_year,
        names.body_id,
        names.name,
        names.in_group,
        names.matched_by
    from {{ ref('int_spend_combinations') }} as c
    inner join names on c.supplier_name = names.text
    union all
    select
        c.combination_key,
        years.financial_year,
        years.resolved_body_id as body_id,
        years.name,
        years.in_group,
        'vat' as matched_by
    from {{ ref('int_spend_combinations') }} as c
    inner join numbered
        on
            c.supplier_name is not distinct from numbered.supplier_name
            and c.vat_body_id = numbered.vat_body_id
    inner join {{ ref('int_body_years') }} as years on numbered.vat_body_id = years.body_id

)

select * from final
