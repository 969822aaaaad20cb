-- One row per body, financial year, area, measure, tier and substance, of the partnership or the
-- body alone: what may be shown of a count of people by itself. Small counts are suppressed, others
-- are rounded; where the feed states no threshold the usual one applies, never none. A count
-- reported twice is not added: two different counts are contradictory. One that the body itself
-- suppressed stays suppressed, with the least and most it stands for, whatever else is reported.
with rule as (

    select
        coalesce(max(suppress_from), 1) as suppress_from,
        coalesce(max(suppress_to), 7) as suppress_to,
        coalesce(max(round_to), 5) as round_to
    from {{ ref('stg_contract_disclosure') }}
    where feed = 'treatment'

),

cells as (

    select
        t.financial_year,
        t.partner_id,
        p.in_place,
        t.is_partnership,
        t.area,
        coalesce({{ fold('t.area') }}, {{ fold('any_value(s.place_name)') }}) as area_key,
        t.measure,
        t.tier,
        t.substance,
        count(distinct t.clients) > 1
        or count(distinct t.clients) = 1 and count(t.clients) < count(*) as is_contradictory,
        coalesce(bool_or(t.clients_state = 'suppressed'), false) as is_suppressed_at_source,
        min(t.clients_low) as at_source_from,
        max(t.clients_high) as at_source_to,
        any_value(t.clients) as clients
    from {{ ref('stg_treatment_lines') }} as t
    inner join {{ ref('stg_contract_partners') }} as p on t.partner_id = p.partner_id
    cross join {{ ref('stg_contract_count_settings') }} as s
    group by
        t.financial_year, t.partner_id, p.in_place, t.is_partnership, t.area, t.measure, t.tier,
        t.substance

),

judged as (

    select
        cells.*,
        rule.suppress_from,
        rule.suppress_to,
        rule.round_to,
        case
            when cells.is_suppressed_at_source then 'suppressed_at_source'
            when cells.is_contradictory then 'contradictory'
            when cells.clients is null then 'not_reported'
            when cells.clients = 0 then 'zero'
            when cells.clients between rule.suppress_from and rule.suppress_to then 'suppressed'
            else 'shown'
        end as state
    from cells
    cross join rule

),

final as (

    select
        row_number() over (
            order by financial_year, partner_id, is_partnership, area, measure, tier, substance
        ) as cell_id,
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
        at_source_from,
        at_source_to,
        state,
        case
            when state in ('shown', 'zero')
                then {{ divide_round('clients', 'round_to') }} * round_to
        end as clients
    from judged

)

select * from final
