-- One row per spelling that means one public body and no other: a whole name or official code,
-- folded, or the first 32 characters of a longer name, where some ledgers cut names off.
with aliases as (

    select
        body_id,
        kind,
        {{ name_core(fold('alias')) }} as name,
        {{ squeezed_capitals('alias') }} as capitals
    from {{ ref('stg_contract_body_aliases') }}

),

spellings as (

    select
        body_id,
        'whole' as written,
        kind = 'code' as is_code,
        name as spelling
    from aliases
    union
    select
        body_id,
        'cut' as written,
        false as is_code,
        left(capitals, 32) as spelling
    from aliases
    where kind = 'name' and length(capitals) > 32

),

final as (

    select
        written,
        spelling,
        min(body_id) as body_id,
        bool_and(is_code) as is_code
    from spellings
    group by written, spelling
    having count(distinct body_id) = 1

)

select * from final
