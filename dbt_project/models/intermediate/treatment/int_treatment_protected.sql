-- One row per cell of `int_treatment_cells`: what may be shown of it beside all others. A cell that
-- alone is hidden in a sum could be worked out, so a second one is hidden: the smallest other part
-- by what is shown of it, or else the total. What is hidden of a partnership's figure is hidden in
-- every body's report of it. This is repeated in rounds until nothing more is hidden; 260 made-up
-- places needed ten at most. Where the last round still hid something, all counts of that year and
-- measure are hidden, so that no return can disclose a count or stop the build.
{% set rounds = var('disclosure_rounds', 16) | int %}
with round_0 as (

    select
        cell_id,
        tier,
        substance,
        case
            when is_partnership and state in {{ counted() }}
                then concat_ws('|', financial_year, area_key, measure, tier, substance)
        end as same_figure,
        state,
        clients
    from {{ ref('int_treatment_cells') }}

),

{% for round in range(1, rounds + 1) %}
    in_sums_{{ round }} as (

        select
            cells.*,
            lines.line_id,
            count(*) filter (cells.state in {{ hidden() }}) over (partition by lines.line_id)
                as hidden_cells,
            row_number() over (
                partition by lines.line_id
                order by
                    case
                        when cells.state in {{ hidden() }} then 3
                        when lines.is_total then 1
                        when cells.state = 'shown' then 0
                        else 2
                    end,
                    cells.clients,
                    cells.tier nulls last,
                    case cells.substance when 'opiate' then 1 when 'non_opiate' then 2 else 3 end
            ) as hiding_order
        from round_{{ round - 1 }} as cells
        left join {{ ref('int_treatment_lines') }} as lines on cells.cell_id = lines.cell_id

    ),

    judged_{{ round }} as (

        select
            cell_id,
            tier,
            substance,
            same_figure,
            state,
            clients,
            state in {{ hidden() }}
            or bool_or(line_id is not null and hidden_cells = 1 and hiding_order = 1) as is_hidden,
            same_figure is not null
            and bool_or(state in {{ hidden() }}) over (partition by same_figure)
                as is_hidden_elsewhere
        from in_sums_{{ round }}
        group by cell_id, tier, substance, same_figure, state, clients

    ),

    round_{{ round }} as (

        select
            cell_id,
            tier,
            substance,
            same_figure,
            case
                when state = 'suppressed_at_source' then state
                when is_hidden or is_hidden_elsewhere then 'suppressed'
                else state
            end as state,
            case when not (is_hidden or is_hidden_elsewhere) then clients end as clients
        from judged_{{ round }}

    ),

{% endfor %}
unfinished as (

    select distinct
        cells.financial_year,
        cells.measure
    from round_{{ rounds }} as last_round
    inner join round_{{ rounds - 1 }} as round_before
        on last_round.cell_id = round_before.cell_id
    inner join {{ ref('int_treatment_cells') }} as cells on last_round.cell_id = cells.cell_id
    where last_round.state <> round_before.state

),

final as (

    select
        cells.cell_id,
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
        cells.at_source_from,
        cells.at_source_to,
        case
            when unfinished.measure is not null and protected.state in ('shown', 'zero')
                then 'suppressed'
            else protected.state
        end as state,
        case when unfinished.measure is null then protected.clients end as clients
    from round_{{ rounds }} as protected
    inner join {{ ref('int_treatment_cells') }} as cells on protected.cell_id = cells.cell_id
    left join unfinished
        on
            cells.financial_year = unfinished.financial_year
            and cells.measure = unfinished.measure

)

select * from final
