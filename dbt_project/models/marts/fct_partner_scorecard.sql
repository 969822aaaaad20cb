-- One row per partner, feed and financial year: what is needed of it, what was received, the
-- verdicts, and what its files of the year hold that is dated in another. A file whose period could
-- not be determined is under the year `not_known`.
with receipts as (

    select
        partner_id,
        feed,
        coalesce(financial_year, 'not_known') as financial_year,
        count(*) as files_received,
        count(*) filter (verdict = 'refused') as files_refused,
        count(*) filter (verdict = 'held') as files_held,
        count(*) filter (verdict = 'duplicate') as files_duplicate,
        coalesce(sum(rows_accepted) filter (in_force), 0)::bigint as rows_accepted,
        coalesce(sum(rows_set_aside) filter (in_force), 0)::bigint as rows_set_aside,
        coalesce(sum(pence_accepted) filter (in_force), 0)::bigint as pence_accepted,
        coalesce(sum(pence_set_aside) filter (in_force), 0)::bigint as pence_set_aside,
        -- Null where an older receipt does not say.
        case
            when bool_and(rows_set_aside = 0 or rows_unpriced is not null) filter (in_force)
                then coalesce(sum(rows_unpriced) filter (in_force), 0)
        end::bigint as rows_without_amount,
        arg_max(receipt_id, seq) as last_receipt_id,
        arg_max(verdict, seq) as last_verdict,
        case
            when bool_and(coverage = 'whole') filter (in_force) then 'whole'
            when bool_or(in_force) then 'sample'
        end as coverage
    from {{ ref('stg_submissions') }}
    -- A file from an unknown sender is an issue (fct_issue), and on no partner's scorecard.
    where partner_id is not null
    group by all

),

findings as (

    select
        f.partner_id,
        f.feed,
        coalesce(s.financial_year, 'not_known') as financial_year,
        count(*) as findings
    from {{ ref('stg_findings') }} as f
    inner join {{ ref('stg_submissions') }} as s on f.receipt_id = s.receipt_id
    group by all

),

-- Such a line counts in the year of its file.
strangers as (

    select
        partner_id,
        'spend' as feed,
        financial_year,
        {{ financial_year('line_date') }} as dated_year,
        sum(amount_pence)::bigint as pence
    from {{ ref('int_spend_lines') }}
    where financial_year <> {{ financial_year('line_date') }}
    group by all

),

other_years as (

    select
        partner_id,
        feed,
        financial_year,
        sum(pence)::bigint as pence,
        string_agg(concat(dated_year, ': £', {{ pounds('pence') }}), '; ' order by dated_year)
            as said
    from strangers
    group by partner_id, feed, financial_year

),

keys as (

    select
        partner_id,
        feed,
        financial_year
    from {{ ref('int_partner_completeness') }}
    union
    select
        partner_id,
        feed,
        financial_year
    from receipts

),

final as (

    select
        keys.partner_id as body_id,
        keys.feed,
        keys.financial_year,
        coalesce(c.periods_expected, 0) as periods_expected,
        coalesce(c.periods_present, 0) as periods_present,
        coalesce(c.periods_not_asked_for, 0) as periods_not_asked_for,
        coalesce(r.files_received, 0) as files_received,
        coalesce(r.files_refused, 0) as files_refused,
        coalesce(r.files_held, 0) as files_held,
        coalesce(r.files_duplicate, 0) as files_duplicate,
        coalesce(r.rows_accepted, 0) as rows_accepted,
        coalesce(r.rows_set_aside, 0) as rows_set_aside,
        coalesce(r.pence_accepted, 0) as pence_accepted,
        coalesce(r.pence_set_aside, 0) as pence_set_aside,
        r.rows_without_amount,
        coalesce(o.pence, 0) as other_year_pence,
        o.said as other_years,
        coalesce(f.findings, 0) as findings,
        r.last_receipt_id,
        r.last_verdict,
        r.coverage as files_coverage,
        coalesce(c.periods_present = c.periods_expected, false) as is_complete
    from keys
    left join {{ ref('int_partner_completeness') }} as c using (partner_id, feed, financial_year)
    left join receipts as r using (partner_id, feed, financial_year)
    left join other_years as o using (partner_id, feed, financial_year)
    left join findings as f using (partner_id, feed, financial_year)

)

select * from final
