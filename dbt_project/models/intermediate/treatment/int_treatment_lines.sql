-- One row per sum in a body's figures of a measure and cell of `int_treatment_cells` in it: its
-- parts and its total. A tier is the sum of its substances, a substance the sum of its tiers, and
-- the whole the sum of all tiers or of all substances; where the total of one of these is not
-- reported, its parts take its place. Only sums of which the total and at least two parts are
-- reported: no other sum discloses anything.
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
    where state in {{ counted() }} and substance is not null

),

reported as (

    select
        *,
        bool_or(substance = 'all') over (partition by table_id, tier) as is_tier_reported,
        bool_or(tier is null) over (partition by table_id, substance) as is_substance_reported
    from cells

),

members as (

    select
        cell_id,
        table_id || ' tier ' || tier as line_id,
        substance = 'all' as is_total
    from reported
    where tier is not null
    union all
    select
        cell_id,
        table_id || ' ' || substance as line_id,
        tier is null as is_total
    from reported
    where substance <> 'all'
    union all
    select
        cell_id,
        table_id || ' by tier' as line_id,
        tier is null as is_total
    from reported
    where substance = 'all' or (is_part and not is_tier_reported)
    union all
    select
        cell_id,
        table_id || ' by substance' as line_id,
        substance = 'all' as is_total
    from reported
    where tier is null or (is_part and not is_substance_reported)

),

final as (

    select * from members
    qualify
        bool_or(is_total) over (partition by line_id)
        and count(*) over (partition by line_id) >= 3

)

select * from final
