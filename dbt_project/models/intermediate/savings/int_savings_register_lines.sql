-- One row per line of a savings register and figure that it gives: what the file says, and what of
-- it is the body's. A baseline counts as the line gives it that says what the initiative is.
with shares as (

    select
        s.submission_id,
        s.sheet,
        s.source_row,
        s.financial_year,
        s.partner_id,
        s.initiative_id as subject,
        s.measure,
        s.in_place as is_counted,
        s.partner_share as share,
        s.price_base,
        s.figure_pence as reported_pence,
        s.share_pence as amount_pence,
        d.duplicate_of
    from {{ ref('int_savings_shares') }} as s
    left join {{ ref('int_savings_duplicated') }} as d
        on
            s.financial_year = d.financial_year
            and s.initiative_id = d.initiative_id
            and s.partner_id = d.partner_id

),

baselines as (

    select
        lines.submission_id,
        lines.sheet,
        lines.source_row,
        lines.financial_year,
        lines.partner_id,
        lines.initiative_id as subject,
        'baseline_pence' as measure,
        claims.reported_by_id is not null as is_counted,
        null as share,
        lines.price_base,
        lines.baseline_pence as reported_pence,
        lines.baseline_pence as amount_pence,
        null as duplicate_of
    from {{ ref('stg_savings_lines') }} as lines
    left join {{ ref('int_savings_claims') }} as claims
        on
            lines.financial_year = claims.financial_year
            and lines.initiative_id = claims.initiative_id
            and lines.submission_id = claims.submission_id
            and lines.sheet is not distinct from claims.sheet
            and lines.source_row = claims.source_row
    where lines.baseline_pence is not null

)

select * from shares
union all
select * from baselines
