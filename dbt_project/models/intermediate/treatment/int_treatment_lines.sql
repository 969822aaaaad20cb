-- One row per sum in a body's figures of a measure and cell of `int_treatment_cells` in it: its
-- parts and its total. A tier is the sum of its substances, a substance that of its tiers, and
-- everything that of all tiers or of all substances; of one whose own total is not told the parts
-- stand in. Only sums whose total and at least two parts are told: others give nothing away.
with cells as (

    select
        cell_id,
        tier,
        substance,
        tier is not null and substance <> 'all' as is_part,
        dense_rank() over (
            order by financial_year, partner_id, is_partnership, area, measure
        ) as table_id
    from {{ ref('int_treatment_cells') }}
    where state in ('shown', 'zero', 'suppressed') and substance is not null

),

told as (

    select
        *,
        bool_or(substance = 'all') over (partition by table_id, tier) as is_tier_told,
        bool_or(tier is null) over (partition by table_id, substance) as is_substance_told
    from cells

),

members as (

    select
        cell_id,
        table_id || ' tier ' || tier as line_id,
        substance = 'all' as is_total
    from told
    where tier is not null
    union all
    select
        cell_id,
        table_id || ' ' || substance as line_id,
        tier is null as is_total
    from told
    where substance <> 'all'
    union all
    select
        cell_id,
        table_id || ' by tier' as line_id,
        tier is null as is_total
    from told
    where substance = 'all' or (is_part and not is_tier_told)
    union all
    select
        cell_id,
        table_id || ' by substance' as line_id,
        substance = 'all' as is_total
    from told
    where tier is null or (is_part and not is_substance_told)

),

final as (

    select * from members
    qualify
        bool_or(is_total) over (partition by line_id)
        and count(*) over (partition by line_id) >= 3

)

select * from final
