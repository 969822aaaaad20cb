-- One row per initiative and financial year in which a body of the place reports it: what it is,
-- as its lead tells it, or where the lead does not report, the first of the bodies by their ids.
with together as (

    -- What all bodies together say, those outside the place too: their shares are of one whole.
    select
        financial_year,
        initiative_id,
        sum(partner_share) as share_total,
        count(distinct [
            baseline_pence, plan_pence, forecast_pence, actual_pence, one_off_cost_pence,
            ongoing_cost_pence
        ]) > 1 as figures_differ
    from {{ ref('stg_savings_lines') }}
    group by financial_year, initiative_id

),

lines as (

    select
        lines.*,
        leads.body_id as lead_id
    from {{ ref('stg_savings_lines') }} as lines
    left join {{ ref('int_body_names') }} as leads
        on lines.lead = leads.text and lines.financial_year = leads.financial_year
    where lines.in_place
    qualify row_number() over (
        partition by lines.financial_year, lines.initiative_id
        order by
            lines.partner_id is distinct from leads.body_id, lines.partner_id,
            lines.submission_id, coalesce(lines.sheet, ''), lines.source_row
    ) = 1

),

-- A baseline counts only if it is known to be from before the change it is held against.
held as (

    select
        lines.*,
        together.share_total,
        together.figures_differ,
        abs(together.share_total - 1) <= 0.00000001 as shares_add_up,
        lines.baseline_pence is not null
        and coalesce(lines.baseline_date < lines.start_date, false) as has_baseline,
        lines.quality_before is not null and lines.quality_after is not null as has_quality
    from lines
    inner join together
        on
            lines.financial_year = together.financial_year
            and lines.initiative_id = together.initiative_id

),

final as (

    select
        financial_year,
        initiative_id,
        initiative,
        programme,
        lead_id,
        partner_id as teller_id,
        saving_class,
        recurrent,
        status,
        milestone,
        data_maturity,
        assurance as assurance_claimed,
        -- A claim stands no higher than what is behind it (HM Treasury's four dimensions).
        ['preliminary', 'interim', 'final'][least(
            list_position(['preliminary', 'interim', 'final'], assurance),
            case
                when not has_baseline or method is distinct from 'agreed' then 1
                when coalesce(data_maturity, 'likely_to_change') = 'likely_to_change' then 1
                when data_maturity = 'may_change' or not has_quality then 2
                when coalesce(systems, 'partial') = 'partial' then 2
                else 3
            end
        )] as assurance,
        baseline_version,
        has_baseline,
        has_quality,
        figures_differ,
        shares_add_up,
        share_total,
        baseline_pence,
        start_date,
        baseline_date,
        milestone_due,
        milestone_done
    from held

)

select * from final
