-- One row per body, feed, period and state of what is not counted: a period of the body's life of
-- which nothing whole is in force (missing, or its file refused or held, or its contract does not
-- ask for it), another file that was refused or waits, or rows set aside of a file that counts;
-- with the figures that it touches.
with files as (

    select
        s.*,
        {{ period_id('s.period_kind', 's.period') }} as period_id
    from {{ ref('stg_submissions') }} as s
    where s.partner_id is not null and s.feed is not null

),

waiting as (

    select
        files.partner_id,
        files.feed,
        coalesce(files.financial_year, 'not_known') as financial_year,
        coalesce(files.period_id, 'not_known') as period_id,
        case
            when files.certification = 'waiting' and files.status = 'held'
                then 'waits_for_certification'
            else files.verdict
        end as state,
        count(*) as files,
        string_agg(files.receipt_id, '; ' order by files.seq) as receipt_ids,
        sum(files.rows_in - files.rows_non_data)::bigint as rows_not_counted,
        sum(files.pence_accepted + files.pence_set_aside)::bigint as not_counted_pence,
        sum(files.rows_unpriced)::bigint as rows_without_amount
    from files
    inner join {{ ref('int_waiting_files') }} as w on files.receipt_id = w.receipt_id
    group by all

),

set_aside as (

    select
        partner_id,
        feed,
        financial_year,
        coalesce(period_id, 'not_known') as period_id,
        'rows_set_aside' as state,
        count(*) as files,
        string_agg(receipt_id, '; ' order by seq) as receipt_ids,
        sum(rows_set_aside)::bigint as rows_not_counted,
        sum(pence_set_aside)::bigint as not_counted_pence,
        sum(rows_unpriced)::bigint as rows_without_amount
    from files
    where in_force and rows_set_aside > 0
    group by all

),

promised as (

    select
        e.partner_id,
        e.feed,
        e.financial_year,
        e.asked_for,
        case
            when e.period_end <= last_day(e.period_start)
                then {{ period_id("'month'", 'e.period') }}
            else e.period
        end as period_id
    from {{ ref('stg_contract_expected_periods') }} as e
    left join files as whole
        on
            e.partner_id = whole.partner_id
            and e.feed = whole.feed
            and whole.in_force
            and whole.coverage = 'whole'
            and e.period_start >= whole.period_start
            and e.period_end <= whole.period_end
    where whole.receipt_id is null

),

missing as (

    select
        promised.* exclude (asked_for),
        case when promised.asked_for then 'missing' else 'not_asked_for' end as state,
        0::bigint as files
    from promised
    left join waiting
        on
            promised.partner_id = waiting.partner_id
            and promised.feed = waiting.feed
            and promised.period_id = waiting.period_id
    where waiting.partner_id is null

),

gaps as (

    select * from waiting
    union all by name
    select * from set_aside
    union all by name
    select * from missing

),

touched as (

    select
        t.feed,
        t.figures
    from (
        values
        ('spend', 'all figures of spend, of transfers and of the sources'),
        (
            'funding',
            'transfers, pools, streams of funding, the comparison with the sources, and spend '
            || '(what is passed on may count twice)'
        ),
        ('savings', 'claimed and counted savings, and whether a saving lasted'),
        ('contacts', 'contacts, cost of a contact and shift of channel'),
        ('access_points', 'access points and their overlap'),
        ('treatment', 'people in treatment and cost per person'),
        ('indicators', 'scores for value for money'),
        ('budgets', 'budget and outturn a head')
    ) as t (feed, figures)

)

select
    gaps.partner_id as body_id,
    p.short_name as body_name,
    gaps.feed,
    gaps.financial_year,
    gaps.period_id,
    gaps.state,
    p.in_place,
    gaps.files,
    coalesce(gaps.receipt_ids, 'none') as receipt_ids,
    gaps.rows_not_counted,
    gaps.not_counted_pence,
    gaps.rows_without_amount,
    concat(
        touched.figures, ' of ', p.short_name,
        case when p.in_place then ' and of the place' else '' end,
        case gaps.financial_year when 'not_known' then '' else ', ' || gaps.financial_year end
    ) as figures_touched
from gaps
inner join {{ ref('stg_contract_partners') }} as p on gaps.partner_id = p.partner_id
inner join touched on gaps.feed = touched.feed
