-- One row per accepted spend line of a submission in force, placed in its period: a day outside it
-- counts in the financial year of the period's first or last day, and no day in that of the first.
with dated_partners as (

    -- Only where a partner's code map has dates does the day of a line decide anything.
    select distinct partner_id from {{ ref('stg_contract_code_map') }}
    where valid_from is not null or valid_to is not null

),

-- A file that names nobody is not told by numbers: schools and companies share a council's. Asked
-- of the source, not of the lines below, which would be kept whole to be read twice.
named_files as (

    select distinct submission_id
    from {{ source('raw', 'spend') }}
    where supplier_name is not null

),

placed as (

    select
        lines.*,
        coalesce(
            lines.line_date between submissions.period_start and submissions.period_end, false
        ) as in_period,
        coalesce(regexp_replace(lines.vat_no, '\D', '', 'g'), '') as vat_digits,
        coalesce(lines.direction, 'spend') as flow_direction,
        case
            when d.partner_id is not null then coalesce(lines.line_date, submissions.period_start)
        end as map_date,
        submissions.period as submission_period,
        submissions.period_kind,
        {{ financial_year(
            'least(greatest(lines.line_date, submissions.period_start), submissions.period_end)'
        ) }} as financial_year,
        submissions.basis,
        submissions.accounting,
        submissions.price_basis,
        submissions.vat_basis,
        submissions.synthetic,
        submissions.file_name,
        n.submission_id is not null as is_named
    from {{ lines_in_force('spend') }}
    left join dated_partners as d on lines.partner_id = d.partner_id
    left join named_files as n on lines.submission_id = n.submission_id

),

-- The number says more than that there is one only where it is a public body's own.
known as (

    select
        placed.*,
        length(placed.vat_digits) in (9, 12) as has_vat_no,
        case when placed.is_named then v.body_id end as vat_body_id
    from placed
    left join {{ ref('stg_contract_body_vat') }} as v on placed.vat_digits = v.vat_no

),

final as (

    select
        submission_id,
        sheet,
        source_row,
        partner_id,
        case
            when in_period then strftime(line_date, '%Y-%m')
            when period_kind = 'month' then submission_period
        end as period,
        financial_year,
        line_date,
        map_date,
        department,
        area,
        account,
        account_code,
        entity,
        supplier_name,
        pay_group,
        merchant_category,
        has_vat_no,
        vat_body_id,
        flow_direction,
        basis,
        accounting,
        price_basis,
        vat_basis,
        synthetic,
        file_name as source_file,
        amount_pence
    from known

)

select * from final
