-- One row per group of two or more lines of one body for drug and alcohol services or public access
-- that are alike: the same day, labels, payee and amount, in pounds, the largest repeat first.
-- Nothing is taken out of the count for it: two deliveries a day may cost the same.
with lines as (

    select
        l.submission_id,
        l.sheet,
        l.source_row,
        l.partner_id,
        l.combination_key,
        l.financial_year,
        l.line_date,
        l.amount_pence,
        p.theme
    from {{ ref('int_spend_lines') }} as l
    inner join {{ ref('int_spend_parts') }} as p on l.combination_key = p.combination_key
    where
        p.part_no = 1
        and p.theme in ('drug_alcohol', 'public_access')
        and l.line_date is not null
        and l.amount_pence <> 0

),

alike as (

    select
        partner_id,
        combination_key,
        financial_year,
        line_date,
        amount_pence,
        theme,
        count(*) as lines,
        -- Counting files here took ten times as long as all the rest.
        min(submission_id) = max(submission_id) as in_one_file,
        (amount_pence::hugeint * (count(*) - 1))::bigint as repeated_pence
    from lines
    group by partner_id, combination_key, financial_year, line_date, amount_pence, theme
    having count(*) > 1

),

-- Of the few that are alike: to name every line first took longer than to find them.
named as (

    select
        alike.*,
        min({{ line_id('lines') }}) as first_line_id
    from alike
    inner join lines
        on
            alike.partner_id = lines.partner_id
            and alike.combination_key = lines.combination_key
            and alike.financial_year = lines.financial_year
            and alike.line_date = lines.line_date
            and alike.amount_pence = lines.amount_pence
    group by all

)

select
    named.first_line_id,
    named.financial_year,
    named.partner_id as body_id,
    partners.short_name as body_name,
    named.theme,
    c.scope,
    named.line_date,
    coalesce(payees.supplier_name, 'not_reported') as payee_name,
    coalesce(c.department, 'not_reported') as department,
    coalesce(c.account, 'not_reported') as account,
    {{ pounds('named.amount_pence') }} as amount_pounds,
    named.lines,
    named.in_one_file,
    {{ pounds('named.repeated_pence') }} as repeated_pounds,
    row_number() over (
        order by abs(named.repeated_pence) desc, named.first_line_id asc
    ) as rank_no
from named
inner join {{ ref('int_spend_combinations') }} as c on named.combination_key = c.combination_key
inner join {{ ref('int_payees') }} as payees on named.combination_key = payees.combination_key
inner join {{ ref('dim_partner') }} as partners on named.partner_id = partners.body_id
