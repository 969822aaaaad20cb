-- One row per year, payer, payee and theme: what each side's own files say passed between the two.
-- The payer's side is its spend lines; the payee's is its funding return, or where that is silent
-- about the payer, the income in its ledger.
with paid as (

    select
        financial_year,
        partner_id as payer_id,
        payee_id,
        theme,
        sum(lines) as lines,
        sum(gross_pence) as spend_pence,
        sum(late_pence) as late_pence,
        sum(early_pence) as early_pence
    from {{ ref('int_spend_cells') }}
    where payee_id is not null and scope <> 'income'
    group by all

),

told as (

    select
        financial_year,
        payer_id,
        payee_id,
        theme,
        partner_id = payer_id as by_payer,
        sum(amount_pence) as pence
    from {{ ref('int_reported_flows') }}
    where payer_id <> payee_id and partner_id in (payer_id, payee_id)
    group by all

),

earned as (

    select
        income.financial_year,
        income.payee_id as payer_id,
        income.partner_id as payee_id,
        income.theme,
        -sum(income.gross_pence) as pence
    from {{ ref('int_spend_cells') }} as income
    left join told
        on
            income.financial_year = told.financial_year
            and income.payee_id = told.payer_id
            and income.partner_id = told.payee_id
            and not told.by_payer
    where income.scope = 'income' and income.payee_id is not null and told.payer_id is null
    group by all

),

sides as (

    select
        financial_year,
        payer_id,
        payee_id,
        theme,
        lines,
        spend_pence,
        late_pence,
        early_pence,
        null as return_pence,
        null as payee_pence
    from paid
    union all
    select
        financial_year,
        payer_id,
        payee_id,
        theme,
        0 as lines,
        0 as spend_pence,
        0 as late_pence,
        0 as early_pence,
        case when by_payer then pence end as return_pence,
        case when not by_payer then pence end as payee_pence
    from told
    union all
    select
        financial_year,
        payer_id,
        payee_id,
        theme,
        0 as lines,
        0 as spend_pence,
        0 as late_pence,
        0 as early_pence,
        null as return_pence,
        pence as payee_pence
    from earned

),

final as (

    select
        financial_year,
        payer_id,
        payee_id,
        theme,
        sum(lines)::bigint as lines,
        sum(spend_pence)::bigint as spend_pence,
        sum(late_pence)::bigint as late_pence,
        sum(early_pence)::bigint as early_pence,
        -- Null where nothing was told, which is not the same as a flow of nothing.
        sum(return_pence)::bigint as return_pence,
        sum(payee_pence)::bigint as payee_pence
    from sides
    group by all

)

select * from final
