-- One row per cell of the count, the finest grain at which anything is eliminated or apportioned:
-- year, body, scope, theme, service, basis and payee. Every published total is a sum of cells.
with parts as (

    select * from {{ ref('int_line_parts') }}

),

settings as (

    select * from {{ ref('stg_contract_count_settings') }}

),

payees as (

    select
        c.combination_key,
        c.supplier_name is null as is_unnamed,
        {{ name_core('c.supplier_text') }} as name,
        shown.supplier_name as shown_name,
        s.provider_id
    from {{ ref('int_spend_combinations') }} as c
    inner join {{ ref('int_payees') }} as shown on c.combination_key = shown.combination_key
    left join {{ ref('int_suppliers') }} as s on c.supplier_text = s.supplier_text

),

placed as (

    select
        parts.*,
        own.in_group,
        nullif(body.body_id, parts.partner_id) as payee_id,
        case
            when
                parts.basis = 'ledger'
                and (
                    body.body_id = parts.partner_id
                    or (payees.is_unnamed and body.body_id is null)
                )
                then 'own'
            when own.in_group and body.in_group and body.body_id <> parts.partner_id
                then 'transfer'
            else 'commissioned'
        end as delivery,
        -- Only drug and alcohol spend is published by provider.
        case when parts.theme = 'drug_alcohol' then coalesce(body.body_id, payees.provider_id) end
            as provider_id,
        case when parts.theme = 'drug_alcohol' then coalesce(body.name, payees.shown_name) end
            as provider_name,
        case when parts.scope = 'income' then coalesce(body.body_id, payees.name) end
            as source_key,
        parts.line_date > {{ year_end('parts.financial_year') }} - settings.window_days::int
            as is_late,
        parts.line_date < {{ year_start('parts.financial_year') }} + settings.window_days::int
            as is_early
    from parts
    cross join settings
    inner join payees on parts.combination_key = payees.combination_key
    inner join {{ ref('stg_contract_bodies') }} as own
        on parts.partner_id = own.body_id
    left join {{ ref('int_counterparties') }} as body
        on
            parts.combination_key = body.combination_key
            and parts.financial_year = body.financial_year

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
        any_value(in_group) as in_group,
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
