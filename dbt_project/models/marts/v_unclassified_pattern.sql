-- One row per body, department, area and account of which no rule decided what the lines are for,
-- in pounds, the largest first.
with patterns as (

    select
        p.partner_id as body_id,
        coalesce(c.department, 'not_reported') as department,
        coalesce(c.area, 'not_reported') as area,
        coalesce(c.account, 'not_reported') as account,
        min(p.financial_year) as first_year,
        max(p.financial_year) as last_year,
        sum(p.lines)::bigint as lines,
        string_agg(distinct p.classification_rule, '; ' order by p.classification_rule) as rules,
        sum(p.gross_pence)::bigint as gross_pence,
        coalesce(sum(p.gross_pence) filter (p.scope = 'in_scope'), 0)::bigint
            as in_scope_gross_pence
    from {{ ref('int_line_sums') }} as p
    inner join {{ ref('int_spend_combinations') }} as c on p.combination_key = c.combination_key
    where p.theme = 'unclassified'
    group by all

)

select
    'U-' || left(md5(concat_ws(
        chr(31), patterns.body_id, patterns.department, patterns.area, patterns.account
    )), 8) as pattern_id,
    patterns.body_id,
    partners.short_name as body_name,
    patterns.department,
    patterns.area,
    patterns.account,
    patterns.first_year,
    patterns.last_year,
    patterns.rules,
    patterns.lines,
    {{ pounds('patterns.gross_pence') }} as gross_pounds,
    {{ pounds('patterns.in_scope_gross_pence') }} as in_scope_gross_pounds,
    row_number() over (
        order by
            abs(patterns.gross_pence) desc, patterns.body_id asc, patterns.department asc,
            patterns.area asc, patterns.account asc
    ) as rank_no
from patterns
inner join {{ ref('dim_partner') }} as partners on patterns.body_id = partners.body_id
