-- One row per year, payer, payee and theme: what each side's own files say passed between the two.
-- The payer's side is its spend lines; the payee's is its funding return or, where the return does
-- not mention the payer, the income in its ledger.
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
    group by financial_year, partner_id, payee_id, theme

),

reported as (

    select
        financial_year,
        payer_id,
        payee_id,
        theme,
        sum(amount_pence) filter (partner_id = payer_id) as return_pence,
        sum(amount_pence) filter (partner_id = payee_id) as payee_pence
    from {{ ref('int_reported_flows') }}
    where payer_id <> payee_id and partner_id in (payer_id, payee_id)
    group by financial_year, payer_id, payee_id, theme

),

reported_by_payee as (

    select distinct
        financial_year,
        payer_id,
        payee_id
    from reported
    where payee_pence is not null

),

earned as (

    select
        income.financial_year,
        income.payee_id as payer_id,
        income.partner_id as payee_id,
        income.theme,
        -sum(income.gross_pence) as payee_pence
    from {{ ref('int_spend_cells') }} as income
    left join reported_by_payee
        on
            income.financial_year = reported_by_payee.financial_year
            and income.payee_id = reported_by_payee.payer_id
            and income.partner_id = reported_by_payee.payee_id
    where
        income.scope = 'income'
        and income.payee_id is not null
        and reported_by_payee.payer_id is null
    group by income.financial_year, income.payee_id, income.partner_id, income.theme

),

sides as (

    select * from paid
    union all by name
    select * from reported
    union all by name
    select * from earned

)

select
    financial_year,
    payer_id,
    payee_id,
    theme,
    coalesce(sum(lines), 0)::bigint as lines,
    coalesce(sum(spend_pence), 0)::bigint as spend_pence,
    coalesce(sum(late_pence), 0)::bigint as late_pence,
    coalesce(sum(early_pence), 0)::bigint as early_pence,
    -- Null where nothing was reported, which is not the same as a flow of nothing.
    sum(return_pence)::bigint as return_pence,
    sum(payee_pence)::bigint as payee_pence
from sides
group by financial_year, payer_id, payee_id, theme
