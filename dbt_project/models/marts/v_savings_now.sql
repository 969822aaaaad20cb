-- One row per initiative that is reported for the year of the place's position, in pounds: what it
-- claims and what counts of that, what the ledgers show, the gap and why, and whether it belongs to
-- the target. Where several steps take a part of a claim, the one that takes most says why.
with latest as (

    select financial_year from {{ ref('int_savings_position') }}

),

largest as (

    select
        financial_year,
        initiative_id,
        arg_min(step, step_pence::hugeint * 100 + step_no) as step
    from {{ ref('fct_savings_waterfall') }}
    where step <> 'claimed'
    group by financial_year, initiative_id

)

select
    i.financial_year as latest_year,
    i.initiative_id,
    i.initiative,
    i.programme,
    coalesce(i.lead_body_id, 'not_reported') as lead_body_id,
    coalesce(bodies.short_name, 'not reported') as lead_body_name,
    case
        when i.contributes_to_target then 'belongs_to_target'
        when i.is_board_programme and i.contributes_to_target is null then 'not_confirmed'
        else 'not_of_target'
    end as target_part,
    i.assurance,
    i.sustained,
    {{ pounds('i.evidenced_once_pence') }} as evidenced_pounds,
    {{ pounds('i.counted_in_year_pence') }} as counted_pounds,
    {{ pounds('i.claimed_in_year_pence') }} as claimed_pounds,
    {{ pounds('i.claimed_in_year_pence - i.counted_in_year_pence') }} as gap_pounds,
    case
        when i.exclusion_reason is not null then i.exclusion_reason
        when i.claimed_in_year_pence = i.counted_in_year_pence then 'none'
        when largest.step = 'duplicates' then 'part_duplicate'
        else largest.step
    end as gap_reason,
    e.evidence_status,
    i.body_periods_expected,
    i.body_periods_present,
    {{ passed_on('i') }}
from {{ ref('fct_savings_initiative') }} as i
inner join latest on i.financial_year = latest.financial_year
left join largest
    on i.financial_year = largest.financial_year and i.initiative_id = largest.initiative_id
left join {{ ref('fct_savings_evidence') }} as e
    on i.financial_year = e.financial_year and i.initiative_id = e.initiative_id
left join {{ ref('dim_organisation') }} as bodies on i.lead_body_id = bodies.body_id
