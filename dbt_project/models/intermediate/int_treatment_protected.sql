-- One row per cell of `int_treatment_cells`: what may be shown of it beside all others. In a line
-- of cells with a total one hidden cell alone could be worked out, so a second one is hidden: the
-- smallest other part, by what is shown of it. Repeated until no line has just one. What is hidden
-- of a partnership is hidden whoever tells it.
with recursive steps as (

    select
        0 as step,
        true as goes_on,
        *
    from {{ ref('int_treatment_cells') }}

    union all

    select
        step + 1 as step,
        bool_or(is_hidden and state <> 'suppressed') over () as goes_on,
        * exclude (step, goes_on, state, clients, is_hidden),
        case when is_hidden then 'suppressed' else state end as state,
        case when not is_hidden then clients end as clients
    from (
        select
            told.* exclude (is_known, in_lines, turn),
            state = 'suppressed'
            or (
                in_lines
                and bool_or(substance = 'all') over substances
                and count(*) over substances >= 3
                and count(*) filter (state = 'suppressed') over substances = 1
                and row_number() over (
                    substances order by
                        case when state <> 'suppressed' and substance = 'all' then 1 else turn end,
                        clients, array_position(['opiate', 'non_opiate', 'alcohol'], substance)
                ) = 1
            )
            or (
                in_lines
                and bool_or(tier is null) over tiers
                and count(*) over tiers >= 3
                and count(*) filter (state = 'suppressed') over tiers = 1
                and row_number() over (
                    tiers order by
                        case when state <> 'suppressed' and tier is null then 1 else turn end,
                        clients, tier
                ) = 1
            )
            or (
                is_known and is_partnership
                and bool_or(state = 'suppressed') over (
                    partition by
                        financial_year, is_partnership, area_key, measure, tier, substance
                )
            ) as is_hidden
        from (
            select
                *,
                state in ('shown', 'zero', 'suppressed') as is_known,
                is_known and substance is not null as in_lines,
                case state when 'shown' then 0 when 'zero' then 2 else 3 end as turn
            from steps
            where goes_on
        ) as told
        window
            substances as (
                partition by
                    financial_year, partner_id, is_partnership, area, measure, tier, in_lines
            ),
            tiers as (
                partition by
                    financial_year, partner_id, is_partnership, area, measure, substance, in_lines
            )
    ) as judged

)

select
    financial_year,
    partner_id,
    in_place,
    is_partnership,
    area,
    area_key,
    measure,
    tier,
    substance,
    suppress_from,
    suppress_to,
    round_to,
    state,
    clients
from steps
where step = (select max(latest.step) from steps as latest)
