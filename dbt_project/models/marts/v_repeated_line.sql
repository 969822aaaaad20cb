-- One row per group of two or more lines of one body for drug and alcohol services or public access
-- that are alike: the same day, labels, payee and amount, in pounds, the largest repeat first.
-- Nothing is taken out of the count for it: two deliveries a day may cost the same.
with labels as (

    select
        combination_key,
        theme
    from {{ ref('int_spend_parts') }}
    where
        part_no = 1
        and theme in ('drug_alcohol', 'public_access')

),

-- Few labels carry a line that repeats: to tell all lines apart in one step, with all that is said
-- of them, took three times as long.
repeating as (

    select distinct grouped.combination_key
    from (
        select l.combination_key
        from {{ ref('int_spend_lines') }} as l
        inner join labels on l.combination_key = labels.combination_key
        where l.line_date is not null and l.amount_pence <> 0
        group by l.combination_key, l.line_date, l.amount_pence
        having count(*) > 1
    ) as grouped

),

alike as (

    select
        l.partner_id,
        l.combination_key,
        l.financial_year,
        l.line_date,
        l.amount_pence,
        labels.theme,
        count(*) as lines,
        -- Counting files here took ten times as long as all the rest.
        min(l.submission_id) = max(l.submission_id) as in_one_file,
        (l.amount_pence::hugeint * (count(*) - 1))::bigint as repeated_pence,
        min({{ line_id('l') }}) as first_line_id
    from {{ ref('int_spend_lines') }} as l
    inner join labels on l.combination_key = labels.combination_key
    where
        l.combination_key in (select repeating.combination_key from repeating)
        and l.line_date is not null
        and l.amount_pence <> 0
    group by
        l.partner_id, l.combination_key, l.financial_year, l.line_date, l.amount_pence, labels.theme
    having count(*) > 1

)

select
    alike.first_line_id,
    alike.financial_year,
    alike.partner_id as body_id,
    partners.short_name as body_name,
    alike.theme,
    c.scope,
    alike.line_date,
    coalesce(payees.supplier_name, 'not_reported') as payee_name,
    coalesce(c.department, 'not_reported') as department,
    coalesce(c.account, 'not_reported') as account,
    {{ pounds('alike.amount_pence') }} as amount_pounds,
    alike.lines,
    alike.in_one_file,
    {{ pounds('alike.repeated_pence') }} as repeated_pounds,
    row_number() over (
        order by abs(alike.repeated_pence) desc, alike.first_line_id asc
    ) as rank_no
from alike
inner join {{ ref('int_spend_combinations') }} as c on alike.combination_key = c.combination_key
inner join {{ ref('int_payees') }} as payees on alike.combination_key = payees.combination_key
inner join {{ ref('dim_partner') }} as partners on alike.partner_id = partners.body_id
