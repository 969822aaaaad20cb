-- The same pence at every stage: receipts in force, lines, parts of lines, the place's spend. Of
-- the long tables only the parts that this build makes are here; the audit weighs all of them.
with receipts as (

    select
        s.submission_id,
        bool_or(coalesce(keys.is_kept, false)) as is_kept,
        sum(s.rows_accepted) as rows_counted,
        sum(s.pence_accepted) as pence
    from {{ ref('stg_submissions') }} as s
    left join {{ ref('int_spend_part_keys') }} as keys
        on s.partner_id = keys.partner_id and s.financial_year = keys.financial_year
    where s.in_force and s.feed = 'spend'
    group by s.submission_id

),

read_lines as (

    select
        submission_id,
        count(*) as rows_counted,
        sum(amount_pence) as pence
    from {{ ref('int_spend_lines') }}
    group by submission_id

),

lines as (

    select
        submission_id,
        count(*) as rows_counted,
        sum(amount_pence) as pence
    from {{ ref('fct_spend_line') }}
    group by submission_id

),

differing as (

    select
        'read lines of receipt ' || coalesce(receipts.submission_id, r.submission_id) as what,
        coalesce(receipts.pence, 0) as expected_pence,
        coalesce(r.pence, 0) as found_pence
    from receipts
    full join read_lines as r on receipts.submission_id = r.submission_id
    where
        coalesce(receipts.pence, 0) <> coalesce(r.pence, 0)
        or coalesce(receipts.rows_counted, 0) <> coalesce(r.rows_counted, 0)
    union all
    select
        'receipt ' || coalesce(receipts.submission_id, lines.submission_id) as what,
        coalesce(receipts.pence, 0) as expected_pence,
        coalesce(lines.pence, 0) as found_pence
    from receipts
    full join lines on receipts.submission_id = lines.submission_id
    where
        not coalesce(receipts.is_kept, false)
        and (
            coalesce(receipts.pence, 0) <> coalesce(lines.pence, 0)
            or coalesce(receipts.rows_counted, 0) <> coalesce(lines.rows_counted, 0)
        )

),

totals as (

    select
        (select coalesce(sum(amount_pence), 0) from {{ ref('int_spend_lines') }}) as read_pence,
        (select coalesce(sum(gross_pence), 0) from {{ ref('fct_place_spend') }}) as place_pence,
        (select coalesce(sum(amount_pence), 0) from {{ ref('fct_spend_line') }}) as line_pence,
        (select coalesce(sum(amount_pence), 0) from {{ ref('fct_spend_line_theme') }})
            as part_pence

)

select * from differing
union all
select
    'place' as what,
    read_pence as expected_pence,
    place_pence as found_pence
from totals
where read_pence <> place_pence
union all
select
    'parts of lines' as what,
    line_pence as expected_pence,
    part_pence as found_pence
from totals
where line_pence <> part_pence
