-- One row per combination, year, basis and service that lines have, with the cell of the count they
-- belong to. Two incomes of a body may share a cell: who pays them is a person's name at times, and
-- nothing is eliminated or apportioned there.
with used as (

    select distinct
        combination_key,
        partner_id,
        financial_year,
        basis,
        accounting,
        scope,
        theme,
        service_code
    from {{ ref('int_line_sums') }}

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

reported_payers as (

    select distinct
        financial_year,
        partner_id,
        source_key
    from {{ ref('int_reported_flows') }}
    where partner_id = payee_id

),

placed as (

    select
        used.*,
        own.in_group,
        nullif(body.body_id, used.partner_id) as payee_id,
        case
            when
                used.basis = 'ledger'
                and (
                    body.body_id = used.partner_id
                    or (payees.is_unnamed and body.body_id is null)
                )
                then 'own'
            when own.in_group and body.in_group and body.body_id <> used.partner_id
                then 'transfer'
            else 'commissioned'
        end as delivery,
        -- Only drug and alcohol spend is published by provider.
        case when used.theme = 'drug_alcohol' then coalesce(body.body_id, payees.provider_id) end
            as provider_id,
        case when used.theme = 'drug_alcohol' then coalesce(body.name, payees.shown_name) end
            as provider_name,
        case when used.scope = 'income' then coalesce(body.body_id, payees.name) end
            as source_key
    from used
    inner join payees on used.combination_key = payees.combination_key
    inner join {{ ref('stg_contract_bodies') }} as own on used.partner_id = own.body_id
    left join {{ ref('int_counterparties') }} as body
        on
            used.combination_key = body.combination_key
            and used.financial_year = body.financial_year

),

final as (

    select
        placed.*,
        -- Whether the body's own return mentions who pays this income.
        r.source_key is not null as is_in_return,
        -- Numbered within the body and year: a cell elsewhere moves no number here.
        concat_ws(':', placed.financial_year, placed.partner_id, dense_rank() over (
            partition by placed.financial_year, placed.partner_id
            order by
                placed.scope, placed.theme, placed.service_code, placed.basis, placed.accounting,
                placed.payee_id, placed.delivery, placed.provider_id, placed.provider_name,
                r.source_key is not null
        )) as cell_id
    from placed
    left join reported_payers as r
        on
            placed.financial_year = r.financial_year
            and placed.partner_id = r.partner_id
            and placed.source_key = r.source_key

)

select * from final
