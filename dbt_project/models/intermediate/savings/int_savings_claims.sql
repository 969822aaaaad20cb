-- One row per initiative and financial year in which a body of the place reports it: what the
-- initiative is, as its lead reports it (or the first body by id, where the lead does not report),
-- and what the bodies of the place claim of it together.
with figures as (

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
        leads.body_id as lead_body_id,
        -- A baseline counts only if it is known to have been frozen before the change it measures.
        lines.baseline_pence is not null
        and coalesce(lines.baseline_date < lines.start_date, false) as has_baseline
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

-- The highest status the evidence supports (HM Treasury's four dimensions).
supported as (

    select
        *,
        case
            when not has_baseline or coalesce(method, '') <> 'agreed' then 'preliminary'
            when coalesce(data_maturity, 'likely_to_change') = 'likely_to_change' then 'preliminary'
            when data_maturity = 'may_change' or not has_quality then 'interim'
            when coalesce(systems, 'partial') = 'partial' then 'interim'
            else 'final'
        end as supported_assurance
    from reports

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
        -- What stopped stays so until the register says that it goes on.
        coalesce(s.status, last_value(nullif(s.status, 'planned') ignore nulls) over (
            partition by s.initiative_id order by s.financial_year
        )) as delivery_state,
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
        whole.figures_differ,
        whole.share_total,
        whole.shares_add_up,
        whole.is_above_baseline,
        whole.prices_known,
        s.quality_before,
        s.quality_after,
        s.quality_aim,
        s.price_base,
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
    inner join {{ ref('int_savings_wholes') }} as whole
        on s.financial_year = whole.financial_year and s.initiative_id = whole.initiative_id
    inner join figures
        on s.financial_year = figures.financial_year and s.initiative_id = figures.initiative_id

)

select * from final
