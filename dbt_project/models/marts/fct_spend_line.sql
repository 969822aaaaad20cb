-- One row per accepted line of a spend submission in force, with its theme, and the
-- rule and evidence that decided it.
with lines as (

    {{ lines_of_new_parts() }}

),

main_parts as (

    select * from {{ ref('int_spend_parts') }}
    where part_no = 1

),

final as (

    select
        {{ line_id('lines') }} as line_id,
        lines.partner_id as body_id,
        'spend' as feed,
        -- An undated line of a yearly file is of no month, and of the year.
        coalesce({{ period_id("'month'", 'lines.period') }}, lines.financial_year) as period_id,
        lines.financial_year,
        lines.line_date,
        p.theme,
        c.scope,
        coalesce(p.service_code, 'not_reported') as service_code,
        lines.amount_pence,
        payees.supplier_name,
        p.classification_rule,
        p.evidence_grade,
        c.department,
        c.area,
        c.account,
        c.account_code,
        lines.basis,
        lines.accounting,
        lines.price_basis,
        lines.vat_basis,
        lines.synthetic as is_synthetic,
        lines.submission_id,
        lines.source_file as file_name,
        coalesce(lines.sheet, 'no_sheet') as sheet,
        lines.source_row
    from lines
    inner join main_parts as p on lines.combination_key = p.combination_key
    inner join {{ ref('int_spend_combinations') }} as c
        on lines.combination_key = c.combination_key
    inner join {{ ref('int_payees') }} as payees
        on lines.combination_key = payees.combination_key

)

select * from final
