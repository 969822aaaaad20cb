-- One row per cell of the count, the finest grain at which anything is eliminated or apportioned:
-- year, body, scope, theme, service, basis and payee. Every published total is a sum of cells.
with placed as (

    select
        keys.*,
        sums.* exclude (
            combination_key, partner_id, financial_year, basis, accounting, scope, theme,
            service_code
        )
    from {{ ref('int_line_sums') }} as sums
    inner join {{ ref('int_cell_keys') }} as keys
        on
            sums.combination_key = keys.combination_key
            and sums.financial_year = keys.financial_year
            and sums.basis = keys.basis
            and sums.accounting = keys.accounting
            and sums.scope = keys.scope
            and sums.theme = keys.theme
            and sums.service_code = keys.service_code

),

final as (

    select
        financial_year,
        partner_id,
        scope,
        theme,
        service_code,
        basis,
        accounting,
        payee_id,
        delivery,
        provider_id,
        provider_name,
        source_key,
        any_value(cell_id) as cell_id,
        any_value(is_in_return) as is_in_return,
        any_value(in_group) as in_group,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(lines)::bigint as lines,
        sum(gross_pence)::bigint as gross_pence,
        sum(credits_pence)::bigint as credits_pence,
        coalesce(sum(gross_pence) filter (evidence_grade = 'review'), 0)::bigint as review_pence,
        coalesce(sum(gross_pence) filter (evidence_grade = 'sure'), 0)::bigint as sure_pence,
        coalesce(sum(gross_pence) filter (evidence_grade = 'likely'), 0)::bigint as likely_pence,
        coalesce(sum(gross_pence) filter (is_late), 0)::bigint as late_pence,
        coalesce(sum(gross_pence) filter (is_early), 0)::bigint as early_pence
    from placed
    group by
        financial_year, partner_id, scope, theme, service_code, basis, accounting, payee_id,
        delivery, provider_id, provider_name, source_key

)

select * from final
