-- One row per cell of the count, the finest grain at which anything is eliminated or apportioned:
-- year, body, scope, theme, service, basis and payee. Every published total is a sum of cells.
with parts as (

    select * from {{ ref('int_line_parts') }}

),

settings as (

    select * from {{ ref('stg_contract_count_settings') }}

),

placed as (

    select
        keys.*,
        parts.amount_pence,
        parts.evidence_grade,
        parts.price_basis,
        parts.vat_basis,
        parts.line_date > {{ year_end('parts.financial_year') }} - settings.window_days::int
            as is_late,
        parts.line_date < {{ year_start('parts.financial_year') }} + settings.window_days::int
            as is_early
    from parts
    cross join settings
    inner join {{ ref('int_cell_keys') }} as keys
        on
            parts.combination_key = keys.combination_key
            and parts.financial_year = keys.financial_year
            and parts.basis = keys.basis
            and parts.accounting = keys.accounting
            and parts.scope = keys.scope
            and parts.theme = keys.theme
            and parts.service_code = keys.service_code

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
        count(*) as lines,
        sum(amount_pence)::bigint as gross_pence,
        coalesce(sum(amount_pence) filter (amount_pence < 0), 0)::bigint as credits_pence,
        coalesce(sum(amount_pence) filter (evidence_grade = 'review'), 0)::bigint as review_pence,
        coalesce(sum(amount_pence) filter (evidence_grade = 'sure'), 0)::bigint as sure_pence,
        coalesce(sum(amount_pence) filter (evidence_grade = 'likely'), 0)::bigint as likely_pence,
        coalesce(sum(amount_pence) filter (is_late), 0)::bigint as late_pence,
        coalesce(sum(amount_pence) filter (is_early), 0)::bigint as early_pence
    from placed
    group by
        financial_year, partner_id, scope, theme, service_code, basis, accounting, payee_id,
        delivery, provider_id, provider_name, source_key

)

select * from final
