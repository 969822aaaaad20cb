-- One row per combination whose payee is a public body that we know, and how it was recognised.
-- Our own organisation master decides, never a flag in the file.
with names as (

    select * from {{ ref('int_organisation_names') }}
    where not is_code

),

payees as (

    select distinct
        c.supplier_name,
        c.vat_body_id,
        {{ name_core('c.supplier_text') }} as name,
        case
            when len(trim(c.supplier_name)) = 32 then {{ squeezed_capitals('c.supplier_name') }}
        end as cut_name,
        coalesce(s.is_redacted, true) as is_unnamed
    from {{ ref('int_spend_combinations') }} as c
    left join {{ ref('int_suppliers') }} as s on c.supplier_text = s.supplier_text

),

-- Maintained schools share their council's VAT number, so the number decides only where there is
-- no name, or one that goes on after the body's own: `... council (treasurers dept)`.
by_number as (

    select distinct
        payees.supplier_name,
        payees.vat_body_id
    from payees
    left join names
        on
            payees.vat_body_id = names.body_id
            and names.written = 'name'
            and starts_with(payees.name, names.spelling || ' ')
    where
        payees.vat_body_id is not null
        and (payees.is_unnamed or names.spelling is not null)

),

recognised as (

    select
        payees.supplier_name,
        payees.vat_body_id,
        coalesce(
            names.body_id, cut_names.body_id, by_number.vat_body_id
        ) as body_id,
        case
            when names.body_id is not null then 'name'
            when cut_names.body_id is not null then 'truncated'
            else 'vat'
        end as matched_by
    from payees
    left join names on payees.name = names.spelling and names.written = 'name'
    left join names as cut_names
        on payees.cut_name = cut_names.spelling and cut_names.written = 'truncated'
    left join by_number
        on
            payees.supplier_name is not distinct from by_number.supplier_name
            and payees.vat_body_id = by_number.vat_body_id

),

final as (

    select
        c.combination_key,
        recognised.body_id,
        recognised.matched_by
    from {{ ref('int_spend_combinations') }} as c
    inner join recognised
        on
            c.supplier_name is not distinct from recognised.supplier_name
            and c.vat_body_id is not distinct from recognised.vat_body_id
    where recognised.body_id is not null

)

select * from final
