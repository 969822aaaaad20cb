-- One row per body, feed and financial year about which a question is open: the questions about
-- files in force with the rows and amounts they are about, and what waits in held files. A row that
-- two questions are about stands in both, so the amounts say how much is doubted and are no part of
-- any figure. A file of a calendar year is about both of its financial years.
with asked as (

    select
        s.partner_id,
        s.feed,
        s.financial_year,
        count(*) as unexplained_findings,
        sum(f.row_count)::bigint as questioned_rows,
        sum(abs(f.amount_pence))::bigint as questioned_pence,
        0::bigint as files_held,
        0::bigint as held_rows,
        0::bigint as held_pence
    from {{ ref('stg_findings') }} as f
    inner join {{ ref('int_submission_years') }} as s on f.receipt_id = s.receipt_id
    where f.level = 'please_explain' and f.explanation is null and s.in_force
    group by s.partner_id, s.feed, s.financial_year

),

held as (

    select
        partner_id,
        feed,
        financial_year,
        0::bigint as unexplained_findings,
        0::bigint as questioned_rows,
        0::bigint as questioned_pence,
        count(*) as files_held,
        sum(rows_accepted)::bigint as held_rows,
        sum(pence_accepted)::bigint as held_pence
    from {{ ref('int_submission_years') }}
    where status = 'held' and financial_year is not null
    group by partner_id, feed, financial_year

),

together as (

    select * from asked
    union all by name
    select * from held

)

select
    partner_id,
    feed,
    financial_year,
    sum(unexplained_findings)::bigint as unexplained_findings,
    sum(questioned_rows)::bigint as questioned_rows,
    coalesce(sum(questioned_pence), 0)::bigint as questioned_pence,
    sum(files_held)::bigint as files_held,
    sum(held_rows)::bigint as held_rows,
    sum(held_pence)::bigint as held_pence
from together
group by partner_id, feed, financial_year
