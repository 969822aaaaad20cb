-- One row per line of a return other than spend, in force, and figure that it gives: what the file
-- says, and what of it counts. Lines of treatment are named without counts, which may be small.
with budgets as (

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
        price_basis as price_base,
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

    select
        submission_id,
        sheet,
        source_row,
        financial_year,
        partner_id,
        subject,
        measure,
        is_counted,
        share,
        price_base,
        reported_pence,
        amount_pence,
        duplicate_of,
        'savings' as feed
    from {{ ref('int_savings_register_lines') }}
    union all by name
    select
        submission_id,
        sheet,
        source_row,
        financial_year,
        partner_id,
        subject,
        measure,
        theme,
        payer_id,
        payee_id,
        payer_in_group,
        payee_in_group,
        pool_id,
        pool_role,
        host_id,
        funder_id,
        is_counted,
        reported_pence,
        amount_pence,
        'funding' as feed
    from {{ ref('int_funding_register_lines') }}
    union all by name
    select
        *,
        'budgets' as feed
    from budgets
    union all by name
    select
        *,
        'access_points' as feed
    from access_points
    union all by name
    select
        *,
        'contacts' as feed
    from contacts
    union all by name
    select
        *,
        'treatment' as feed
    from treatment

),

contracts as (

    select
        submission_id as of_submission_id,
        price_basis as contract_price_basis,
        vat_basis as contract_vat_basis
    from {{ ref('stg_submissions') }}

)

select
    {{ line_id('lines') }} as line_id,
    coalesce(measure, 'not_reported') as measure,
    feed,
    partner_id as body_id,
    coalesce(financial_year, 'not_reported') as financial_year,
    case
        when feed = 'contacts'
            then coalesce({{ period_id("'month'", 'period') }}, financial_year)
    end as period_id,
    coalesce(subject, 'not_reported') as subject,
    case when feed = 'contacts' then coalesce(lgsl_code::varchar, 'not_reported') end as lgsl_code,
    about_body_id,
    theme,
    case when feed = 'funding' then coalesce(payer_id, 'not_reported') end as payer_body_id,
    case when feed = 'funding' then coalesce(payee_id, 'not_reported') end as payee_body_id,
    payer_in_group,
    payee_in_group,
    case when feed = 'funding' then coalesce(pool_id, 'no_pool') end as pool_id,
    pool_role,
    host_id as pool_host_body_id,
    funder_id as funder_body_id,
    duplicate_of,
    is_counted,
    share::decimal(9, 8) as share,
    quantity,
    case when reported_pence is not null then coalesce(price_base, contract_price_basis) end
        as price_basis,
    case when reported_pence is not null then contract_vat_basis end as vat_basis,
    reported_pence::bigint as reported_pence,
    amount_pence::bigint as amount_pence,
    submission_id,
    coalesce(sheet, 'no_sheet') as sheet,
    source_row
from rows_of_feeds as lines
inner join contracts on lines.submission_id = contracts.of_submission_id
