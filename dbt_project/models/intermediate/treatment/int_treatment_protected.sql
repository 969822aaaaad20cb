-- One row per cell of `int_treatment_cells`: what may be shown of it beside all others. In a sum
-- one hidden cell alone could be worked out, so a second one is hidden: the smallest other part, by
-- what is shown of it, or the total. Repeated until no sum has just one. What is hidden of a
-- partnership is hidden whoever tells it.
with recursive steps as (

    select
        0 as step,
        true as goes_on,
        cell_id,
        tier,
        substance,
        case
            when is_partnership and state in ('shown', 'zero', 'suppressed')
                then concat_ws('|', financial_year, area_key, measure, tier, substance)
        end as same_figure,
        state,
        clients
    from {{ ref('int_treatment_cells') }}

    union all

    select
        step + 1 as step,
        bool_or(is_hidden and state <> 'suppressed') over () as goes_on,
        cell_id,
        tier,
        substance,
        same_figure,
        case when is_hidden then 'suppressed' else state end as state,
        case when not is_hidden then clients end as clients
    from (
        select
            *,
            is_chosen
            or state = 'suppressed'
            or (
                same_figure is not null
                and bool_or(state = 'suppressed') over (partition by same_figure)
            ) as is_hidden
        from (
            select
                step,
                cell_id,
                tier,
                substance,
                same_figure,
                state,
                clients,
                bool_or(is_turn) as is_chosen
            from (
                select
                    steps.*,
                    lines.line_id is not null
                    and count(*) filter (steps.state = 'suppressed') over line = 1
                    and row_number() over (
                        line order by
                            case
                                when steps.state = 'suppressed' then 3
                                when lines.is_total then 1
                                when steps.state = 'shown' then 0
                                else 2
                            end,
                            steps.clients,
                            steps.tier nulls last,
                            array_position(['opiate', 'non_opiate', 'alcohol'], steps.substance)
                    ) = 1 as is_turn
                from steps
                left join {{ ref('int_treatment_lines') }} as lines
                    on steps.cell_id = lines.cell_id
                where steps.goes_on
                window line as (partition by lines.line_id)
            ) as in_lines
            group by step, cell_id, tier, substance, same_figure, state, clients
        ) as chosen
    ) as judged

),

final as (

    select
        cells.financial_year,
        cells.partner_id,
        cells.in_place,
        cells.is_partnership,
        cells.area,
        cells.area_key,
        cells.measure,
        cells.tier,
        cells.substance,
        cells.suppress_from,
        cells.suppress_to,
        cells.round_to,
        steps.state,
        steps.clients
    from steps
    inner join {{ ref('int_treatment_cells') }} as cells on steps.cell_id = cells.cell_id
    where steps.step = (select max(latest.step) from steps as latest)

)

select * from final
