-- One row per payer and name of a payee that reads like a public body's and means none that is
-- known, in pounds, the largest first. A short form or a name cut off is nobody's by itself.
with registered as (

    select left({{ squeezed_capitals('alias') }}, 32) as capitals
    from {{ ref('stg_contract_body_aliases') }}
    where kind <> 'code' and length({{ squeezed_capitals('alias') }}) > 32

),

payees as (

    select
        combination_key,
        supplier_name as payee_name,
        length(trim(supplier_name)) = 32
        and {{ squeezed_capitals('supplier_name') }} in (select capitals from registered)
            as is_cut_off,
        regexp_matches(
            {{ name_core(fold('supplier_name')) }},
            '^nhs .|\b(council|ccg|t?pct|icb|clinical commissioning group|primary care trust'
            || '|integrated care board|nhs trust|foundation trust|crime commissioner)$'
        ) as is_like_one
    from {{ ref('int_payees') }}
    where supplier_name is not null and supplier_name <> '[withheld]'

),

named as (

    select
        lines.partner_id as body_id,
        payees.payee_name,
        bool_or(payees.is_cut_off) as is_cut_off,
        min(lines.financial_year) as first_year,
        max(lines.financial_year) as last_year,
        count(*) as lines,
        sum(lines.amount_pence)::bigint as gross_pence
    from {{ ref('int_spend_lines') }} as lines
    inner join payees on lines.combination_key = payees.combination_key
    left join {{ ref('int_counterparties') }} as known
        on
            lines.combination_key = known.combination_key
            and lines.financial_year = known.financial_year
    where payees.is_cut_off or payees.is_like_one
    group by lines.partner_id, payees.payee_name
    having not bool_or(known.body_id is not null)

)

select
    named.body_id,
    partners.short_name as body_name,
    named.payee_name,
    case when named.is_cut_off then 'cut_off' else 'not_registered' end as reason,
    named.first_year,
    named.last_year,
    named.lines,
    {{ pounds('named.gross_pence') }} as gross_pounds,
    row_number() over (
        order by abs(named.gross_pence) desc, named.body_id asc, named.payee_name asc
    ) as rank_no
from named
inner join {{ ref('dim_partner') }} as partners on named.body_id = partners.body_id
