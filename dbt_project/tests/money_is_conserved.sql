-- The same pence at every stage: receipts in force, lines, parts of lines, the place's spend.
with receipts as (

    select
        submission_id,
        sum(rows_accepted) as rows_counted,
        sum(pence_accepted) as pence
    from {{ ref('stg_submissions') }}
    where in_force and feed = 'spend'
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
        'receipt ' || coalesce(receipts.submission_id, lines.submission_id) as what,
        coalesce(receipts.pence, 0) as expected_pence,
        coalesce(lines.pence, 0) as found_pence
    from receipts
    full join lines on receipts.submission_id = lines.submission_id
    where
        coalesce(receipts.pence, 0) <> coalesce(lines.pence, 0)
        or coalesce(receipts.rows_counted, 0) <> coalesce(lines.rows_counted, 0)

),

totals as (

    select
        coalesce(sum(amount_pence), 0) as line_pence,
        (select coalesce(sum(amount_pence), 0) from {{ ref('fct_spend_line_theme') }})
            as part_pence,
        (select coalesce(sum(gross_pence), 0) from {{ ref('fct_place_spend') }}) as place_pence
    from {{ ref('fct_spend_line') }}

)

select * from differing
union all
select
    'place' as what,
    line_pence as expected_pence,
    place_pence as found_pence
from totals
where line_pence <> place_pence or line_pence <> part_pence
