-- One row per accepted line of a spend submission in force, with its theme, and the
-- rule and evidence that decided it.
with lines as (

    select * from {{ ref('int_spend_lines') }}

),

main_parts as (

    select * from {{ ref('int_spend_parts') }}
    where part_no = 1

),

final as (

    select
        lines.partner_id as body_id,
        'spend' as feed,
        lines.period,
        lines.financial_year,
        lines.line_date,
        p.theme,
        c.scope,
        p.service_code,
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
        lines.synthetic,
        lines.submission_id,
        lines.source_file as file_name,
        lines.sheet,
        lines.source_row
    from lines
    inner join main_parts as p on lines.combination_key = p.combination_key
    inner join {{ ref('int_spend_combinations') }} as c
        on lines.combination_key = c.combination_key
    inner join {{ ref('int_payees') }} as payees
        on lines.combination_key = payees.combination_key

)

select * from final
