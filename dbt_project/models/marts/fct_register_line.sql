-- One row per line of a return other than spend, in force, and figure that it gives: what the file
-- says, and what of it counts. Lines of treatment are named without their counts, which may be small.
with savings as (

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
        lines.baseline_pence as reported_pence,
        lines.baseline_pence as amount_pence
    from {{ ref('stg_savings_lines') }} as lines
    left join {{ ref('int_savings_claims') }} as claims
        on
            lines.financial_year = claims.financial_year
            and lines.initiative_id = claims.initiative_id
            and lines.submission_id = claims.submission_id
            and lines.sheet is not distinct from claims.sheet
            and lines.source_row = claims.source_row
    where lines.baseline_pence is not null

),

funding as (

    select
        f.submission_id,
        f.sheet,
        f.source_row,
        f.financial_year,
        f.partner_id,
        f.agreement_id as subject,
        f.flow as measure,
        f.theme,
        f.payer_id,
        f.payee_id,
        f.payer_in_group,
        f.payee_in_group,
        f.pool_id,
        case
            when pools.is_drawing then 'drawing'
            when pools.host_id is not null then 'contribution'
        end as pool_role,
        pools.host_id,
        pools.funder_id,
        f.partner_id in (f.payer_id, f.payee_id) as is_counted,
        f.amount_pence as reported_pence,
        f.amount_pence
    from {{ ref('int_reported_flows') }} as f
    left join {{ ref('int_pool_lines') }} as pools
        on
            f.submission_id = pools.submission_id
            and f.sheet is not distinct from pools.sheet
            and f.source_row = pools.source_row

),

budgets as (

    select
        submission_id,
        sheet,
        source_row,
        financial_year,
        partner_id,
        service_key as subject,
        measure,
        body_id as about_body_id,
        true as is_counted,
        net_pence as reported_pence,
        net_pence as amount_pence
    from {{ ref('int_value_budget_lines') }}

),

access_points as (

    select
        lines.submission_id,
        lines.sheet,
        lines.source_row,
        lines.financial_year,
        lines.partner_id,
        lines.point_id as subject,
        'running_cost_pence' as measure,
        points.point_id is not null as is_counted,
        lines.running_cost_pence as reported_pence,
        lines.running_cost_pence as amount_pence
    from {{ ref('stg_access_points_lines') }} as lines
    left join {{ ref('int_access_points') }} as points
        on
            lines.financial_year = points.financial_year
            and lines.submission_id = points.submission_id
            and lines.sheet is not distinct from points.sheet
            and lines.source_row = points.source_row

),

contacts as (

    select
        submission_id,
        sheet,
        source_row,
        financial_year,
        partner_id,
        period,
        lgsl_code,
        channel as subject,
        'contacts' as measure,
        true as is_counted,
        contacts as quantity
    from {{ ref('stg_contacts_lines') }}

),

treatment as (

    select
        submission_id,
        sheet,
        source_row,
        financial_year,
        partner_id,
        measure,
        true as is_counted
    from {{ ref('stg_treatment_lines') }}

),

rows_of_feeds as (

    select 'savings' as feed, * from savings
    union all by name
    select 'savings' as feed, * from baselines
    union all by name
    select 'funding' as feed, * from funding
    union all by name
    select 'budgets' as feed, * from budgets
    union all by name
    select 'access_points' as feed, * from access_points
    union all by name
    select 'contacts' as feed, * from contacts
    union all by name
    select 'treatment' as feed, * from treatment

)

select
    feed,
    submission_id,
    sheet,
    source_row,
    financial_year,
    period,
    partner_id as body_id,
    subject,
    measure,
    lgsl_code,
    about_body_id,
    theme,
    payer_id as payer_body_id,
    payee_id as payee_body_id,
    payer_in_group,
    payee_in_group,
    pool_id,
    pool_role,
    host_id as pool_host_body_id,
    funder_id as funder_body_id,
    duplicate_of,
    is_counted,
    share::decimal(9, 8) as share,
    quantity,
    reported_pence::bigint as reported_pence,
    amount_pence::bigint as amount_pence
from rows_of_feeds
