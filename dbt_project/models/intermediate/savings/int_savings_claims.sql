-- One row per initiative and financial year in which a body of the place reports it: what the
-- initiative is, as its lead reports it (or the first body by id, where the lead does not report),
-- and what the bodies of the place claim of it together.
with agreement as (

    -- Over all bodies that report it, in the place or not: their shares are of the same whole.
    select
        financial_year,
        initiative_id,
        sum(partner_share) as share_total,
        count(distinct concat_ws(
            '|',
            coalesce(baseline_pence::varchar, 'none'),
            coalesce(plan_pence::varchar, 'none'),
            coalesce(forecast_pence::varchar, 'none'),
            coalesce(actual_pence::varchar, 'none'),
            coalesce(one_off_cost_pence::varchar, 'none'),
            coalesce(ongoing_cost_pence::varchar, 'none')
        )) > 1 as figures_differ
    from {{ ref('stg_savings_lines') }}
    group by financial_year, initiative_id

),

figures as (

    select
        financial_year,
        initiative_id,
        sum(plan_pence)::bigint as plan_pence,
        sum(forecast_pence)::bigint as forecast_pence,
        coalesce(sum(claimed_pence), 0)::bigint as claimed_pence,
        coalesce(sum(ongoing_cost_pence), 0)::bigint as ongoing_cost_pence,
        coalesce(sum(one_off_cost_pence), 0)::bigint as one_off_cost_pence
    from {{ ref('int_savings_bodies') }}
    group by financial_year, initiative_id

),

reports as (

    select
        lines.*,
        leads.body_id as lead_body_id
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

-- A baseline counts only if it is known to have been frozen before the change it measures.
judged as (

    select
        *,
        baseline_pence is not null
        and coalesce(baseline_date < start_date, false) as has_baseline,
        quality_before is not null and quality_after is not null as has_quality,
        coalesce(data_maturity, 'likely_to_change') as maturity
    from reports

),

-- The highest status the evidence supports (HM Treasury's four dimensions).
supported as (

    select
        *,
        case
            when not has_baseline or coalesce(method, '') <> 'agreed' then 'preliminary'
            when maturity = 'likely_to_change' then 'preliminary'
            when maturity = 'may_change' or not has_quality then 'interim'
            when coalesce(systems, 'partial') = 'partial' then 'interim'
            else 'final'
        end as supported_assurance
    from judged

),

final as (

    select
        s.financial_year,
        s.initiative_id,
        s.initiative,
        s.programme,
        s.lead_body_id,
        s.partner_id as reported_by_id,
        s.submission_id,
        s.sheet,
        s.source_row,
        s.saving_class,
        s.recurrent,
        s.status as delivery_status,
        s.milestone,
        s.data_maturity,
        s.assurance as assurance_claimed,
        case
            when 'preliminary' in (s.assurance, s.supported_assurance) then 'preliminary'
            when 'interim' in (s.assurance, s.supported_assurance) then 'interim'
            else 'final'
        end as assurance,
        s.baseline_version,
        s.has_baseline,
        s.has_quality,
        agreement.figures_differ,
        agreement.share_total,
        abs(agreement.share_total - 1) <= 0.00000001 as shares_add_up,
        s.baseline_pence,
        figures.plan_pence,
        figures.forecast_pence,
        figures.claimed_pence,
        figures.ongoing_cost_pence,
        figures.one_off_cost_pence,
        figures.claimed_pence - figures.ongoing_cost_pence as in_year_net_pence,
        s.start_date,
        s.baseline_date,
        s.milestone_due,
        s.milestone_done
    from supported as s
    inner join agreement
        on
            s.financial_year = agreement.financial_year
            and s.initiative_id = agreement.initiative_id
    inner join figures
        on
            s.financial_year = figures.financial_year
            and s.initiative_id = figures.initiative_id

)

select * from final
