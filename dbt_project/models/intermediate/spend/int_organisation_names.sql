-- One row per way to write a public body's name that means this body and no other: the whole name
-- or code, folded, or the first 32 characters, where a ledger cuts names off.
with aliases as (

    select
        organisation_id,
        kind,
        {{ name_core(fold('alias')) }} as name,
        {{ squeezed_capitals('alias') }} as capitals
    from {{ source('inputs', 'organisation_aliases') }}

),

spellings as (

    select
        organisation_id,
        'name' as written,
        kind = 'code' as is_code,
        name as spelling
    from aliases
    union
    select
        organisation_id,
        'truncated' as written,
        false as is_code,
        left(capitals, 32) as spelling
    from aliases
    where kind = 'name' and len(capitals) > 32

),

final as (

    select
        written,
        spelling,
        any_value(organisation_id) as organisation_id,
        bool_and(is_code) as is_code
    from spellings
    group by written, spelling
    having count(distinct organisation_id) = 1

)

select * from final
