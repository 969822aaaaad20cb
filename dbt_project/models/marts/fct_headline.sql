-- One row per headline figure: what is said of the place first, wherever it is said (last screen,
-- report). Whether a figure may be stated, and why not, is decided here and nowhere else. Without
-- every body there is no figure of the place; what cannot be observed is never £0.
with unclassified as (

    select
        'unclassified_spend' as headline,
        theme as measure,
        null::varchar as financial_year,
        null::varchar as body_id,
        sum(lines)::bigint as lines,
        sum(gross_pence)::bigint as pence,
        'stated' as status,
        'No rule decided what these lines are for.' as reason
    from {{ ref('fct_classification_rule') }}
    where theme = 'unclassified'
    group by theme

),

savings as (

    select
        'savings' as headline,
        m.measure,
        i.financial_year,
        null::varchar as body_id,
        null::bigint as lines,
        sum(
            case m.measure
                when 'evidenced' then i.evidenced_once_pence
                when 'claimed' then i.claimed_in_year_pence
                when 'counted' then i.counted_in_year_pence
                else i.recurring_a_year_pence
            end
        )::bigint as pence,
        'stated' as status,
        null::varchar as reason
    from {{ ref('fct_savings_initiative') }} as i
    cross join (values ('evidenced'), ('counted'), ('claimed'), ('recurring')) as m (measure)
    group by m.measure, i.financial_year

),

target as (

    select
        'savings_target' as headline,
        'amount' as measure,
        null::varchar as financial_year,
        null::varchar as body_id,
        null::bigint as lines,
        pence,
        status,
        reason
    from {{ ref('int_target') }}

),

final as (

    select * exclude (is_whole) from {{ ref('int_headline_services') }}
    union all by name
    select * from unclassified
    union all by name
    select * from {{ ref('int_headline_place') }}
    union all by name
    select * from savings
    union all by name
    select * from target

),

questions as (

    select
        feed,
        financial_year,
        partner_id as body_id,
        sum(unexplained_findings)::bigint as unexplained_findings,
        sum(questioned_rows)::bigint as questioned_rows,
        sum(questioned_pence)::bigint as questioned_pence,
        sum(files_held)::bigint as files_held,
        sum(held_rows)::bigint as held_rows,
        sum(held_pence)::bigint as held_pence
    from {{ ref('int_open_questions') }}
    group by grouping sets ((feed, financial_year, partner_id), (feed, financial_year))

)

select
    final.headline,
    final.measure,
    coalesce(final.financial_year, 'all_years') as financial_year,
    coalesce(final.body_id, 'place') as body_id,
    coalesce(partners.short_name, final.body_id, 'The place') as body_name,
    final.lines,
    final.pence,
    bases.price_basis,
    bases.vat_basis,
    final.status,
    final.reason,
    case when final.financial_year is not null then coalesce(c.partners_expected, 0) end
        as partners_expected,
    case when final.financial_year is not null then coalesce(c.partners_present, 0) end
        as partners_present,
    case when final.financial_year is not null then coalesce(c.periods_expected, 0) end
        as place_periods_expected,
    case when final.financial_year is not null then coalesce(c.periods_present, 0) end
        as place_periods_present,
    case when final.body_id is not null then coalesce(own.periods_expected, 0) end
        as body_periods_expected,
    case when final.body_id is not null then coalesce(own.periods_present, 0) end
        as body_periods_present,
    case when final.financial_year is not null then coalesce(questions.unexplained_findings, 0) end
        as unexplained_findings,
    case when final.financial_year is not null then coalesce(questions.questioned_rows, 0) end
        as questioned_rows,
    case when final.financial_year is not null then coalesce(questions.questioned_pence, 0) end
        as questioned_pence,
    case when final.financial_year is not null then coalesce(questions.files_held, 0) end
        as files_held,
    case when final.financial_year is not null then coalesce(questions.held_rows, 0) end
        as held_rows,
    case when final.financial_year is not null then coalesce(questions.held_pence, 0) end
        as held_pence
from final
left join {{ ref('int_headline_bases') }} as bases
    on
        final.headline = bases.headline
        and final.measure = bases.measure
        and final.financial_year is not distinct from bases.financial_year
        and final.body_id is not distinct from bases.body_id
left join {{ ref('dim_partner') }} as partners on final.body_id = partners.body_id
left join {{ ref('int_feed_completeness') }} as c
    on
        final.financial_year = c.financial_year
        and c.feed = case final.headline when 'savings' then 'savings' else 'spend' end
left join questions
    on
        final.financial_year = questions.financial_year
        and final.body_id is not distinct from questions.body_id
        and questions.feed = case final.headline when 'savings' then 'savings' else 'spend' end
left join {{ ref('int_partner_completeness') }} as own
    on
        final.financial_year = own.financial_year
        and final.body_id = own.partner_id
        and own.feed = 'spend'
