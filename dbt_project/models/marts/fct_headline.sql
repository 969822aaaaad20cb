-- One row per headline figure: what is said of the place first, wherever it is said (last screen,
-- report). Whether a figure may be stated, and why not, is decided here and nowhere else. Without
-- every body there is no figure of the place; what cannot be observed is never £0.
with services as (

    select
        'drug_alcohol_spend' as headline,
        financial_year,
        body_id,
        scope,
        true as is_observed,
        true as is_whole,
        case scope when 'in_scope' then in_scope_net_pence else net_pence end as pence
    from {{ ref('fct_drug_alcohol_spend') }}
    union all
    select
        'public_access_spend' as headline,
        financial_year,
        body_id,
        scope,
        gross_pence is not null as is_observed,
        observability = 'observable' as is_whole,
        case scope when 'in_scope' then in_scope_net_pence else net_pence end as pence
    from {{ ref('fct_public_access_spend') }}

),

perhaps_twice as (

    select
        case theme when 'drug_alcohol' then 'drug_alcohol_spend' else 'public_access_spend' end
            as headline,
        financial_year,
        payer_body_id
    from {{ ref('v_between_bodies') }}
    where theme in ('drug_alcohol', 'public_access')
    group by theme, financial_year, payer_body_id
    having sum(perhaps_twice_pounds) > 0

),

-- Of which bodies a return is missing that would tell what they were passed.
unreturned as (

    select
        financial_year,
        '; the funding return is missing of: ' || partners_missing as of_whom
    from {{ ref('int_feed_completeness') }}
    where feed = 'funding' and not is_complete

),

-- Rows of a body's files that are in no figure; of no body, those of the place.
set_aside as (

    select
        s.financial_year,
        s.partner_id,
        'Rows of the year were set aside, and are not in it.' as said
    from {{ ref('int_submission_years') }} as s
    inner join {{ ref('stg_contract_partners') }} as p on s.partner_id = p.partner_id
    where p.in_place and s.in_force and s.feed = 'spend' and s.rows_set_aside > 0
    group by grouping sets ((s.financial_year, s.partner_id), (s.financial_year))

),

bodies as (

    select
        s.headline,
        s.scope as measure,
        s.financial_year,
        s.body_id,
        null::bigint as lines,
        sum(s.pence)::bigint as pence,
        bool_and(s.is_whole) as is_whole,
        case when bool_or(s.is_observed) then 'stated' else 'not_observable' end as status,
        nullif(concat_ws(
            ' ',
            case
                when not bool_or(s.is_observed) then 'The layout of its files cannot show it.'
                when not bool_and(s.is_whole) then 'The layout of its files shows a part of it.'
            end,
            case
                when s.scope = 'in_scope' and bool_or(twice.payer_body_id is not null)
                    then concat(
                        'Payments that only this body reports may count in it twice',
                        coalesce(any_value(unreturned.of_whom), ''), '.'
                    )
            end,
            case
                when s.scope = 'in_scope' and bool_or(s.is_observed) then any_value(set_aside.said)
            end
        ), '') as reason
    from services as s
    left join perhaps_twice as twice
        on
            s.headline = twice.headline
            and s.financial_year = twice.financial_year
            and s.body_id = twice.payer_body_id
    left join unreturned on s.financial_year = unreturned.financial_year
    left join set_aside
        on s.financial_year = set_aside.financial_year and s.body_id = set_aside.partner_id
    group by s.headline, s.scope, s.financial_year, s.body_id

),

unclassified as (

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

years as (

    select
        r.financial_year,
        r.gross_pence,
        r.eliminated_pence,
        r.out_of_scope_pence,
        r.possible_double_count_pence,
        r.in_scope_classified_pence + r.in_scope_unclassified_pence as in_scope_net_pence,
        r.partners_present = r.partners_expected and r.partners_expected > 0 as has_every_body,
        c.partners_missing,
        case r.reconciliation_status
            when 'reconciled'
                then case r.difference_pence
                    when 0 then 'Agrees with its sources to the penny.'
                    else 'Agrees with its sources to the penny, but for what is known to differ.'
                end
            when 'incomplete'
                then concat_ws(
                    ' ',
                    'Has gaps, so it is not compared with its sources.',
                    case
                        when r.bodies_differing is not null
                            then concat(
                                'Has no gap, and differs from its sources: ',
                                r.bodies_differing, '.'
                            )
                    end
                )
            when 'no_source_data' then 'No body has reported its sources.'
            else 'DIFFERS from its sources.'
        end as against_sources
    from {{ ref('fct_place_reconciliation') }} as r
    left join {{ ref('fct_place_completeness') }} as c on r.financial_year = c.financial_year

),

place as (

    select
        'place_spend' as headline,
        m.measure,
        years.financial_year,
        null::varchar as body_id,
        null::bigint as lines,
        case m.measure
            when 'gross' then years.gross_pence
            when 'eliminated' then years.eliminated_pence
            when 'out_of_scope' then years.out_of_scope_pence
            when 'possible_double_count' then years.possible_double_count_pence
            when 'in_scope_net' then
                case when years.has_every_body then years.in_scope_net_pence end
        end::bigint as pence,
        case
            when m.measure = 'in_scope_net' and not years.has_every_body then 'incomplete'
            else 'stated'
        end as status,
        case
            when m.measure <> 'in_scope_net' then null
            when years.has_every_body then years.against_sources
            else concat('Not complete: ', years.partners_missing, '.')
        end as reason
    from years
    cross join (
        values
        ('gross'), ('eliminated'), ('out_of_scope'), ('in_scope_net'), ('possible_double_count')
    ) as m (measure)
    union all
    select
        'place_sources' as headline,
        'reconciliation' as measure,
        financial_year,
        null::varchar as body_id,
        null::bigint as lines,
        null::bigint as pence,
        'stated' as status,
        against_sources as reason
    from years

),

-- A body whose files cannot show a service does not make a year incomplete: it is named.
found as (

    select
        b.headline,
        b.financial_year,
        sum(b.pence)::bigint as pence,
        bool_or(b.status = 'stated') as is_stated,
        'Not shown by the files of: ' || string_agg(
            coalesce(p.short_name, b.body_id)
            || case when b.status = 'stated' then ' (in part)' else '' end,
            '; ' order by coalesce(p.short_name, b.body_id)
        ) filter (not b.is_whole) || '.' as not_shown
    from bodies as b
    left join {{ ref('dim_partner') }} as p on b.body_id = p.body_id
    where b.measure = 'in_scope'
    group by b.headline, b.financial_year

),

services_of_place as (

    select
        s.headline,
        'in_scope' as measure,
        years.financial_year,
        null::varchar as body_id,
        null::bigint as lines,
        case
            when years.has_every_body and coalesce(found.is_stated, true)
                then coalesce(found.pence, 0)
        end as pence,
        case
            when not years.has_every_body then 'incomplete'
            when not found.is_stated then 'not_observable'
            else 'stated'
        end as status,
        nullif(concat_ws(
            ' ',
            case
                when not years.has_every_body
                    then concat('Not complete: ', years.partners_missing, '.')
                when found.headline is null then 'No line of the year is for it.'
            end,
            found.not_shown,
            case
                when years.has_every_body and twice.headline is not null
                    then concat(
                        'Payments that only the payer reports may count in it twice',
                        coalesce(unreturned.of_whom, ''), '.'
                    )
            end,
            case when years.has_every_body then set_aside.said end
        ), '') as reason
    from years
    cross join (values ('drug_alcohol_spend'), ('public_access_spend')) as s (headline)
    left join found
        on years.financial_year = found.financial_year and s.headline = found.headline
    left join (
        select distinct
            headline,
            financial_year
        from perhaps_twice
    ) as twice
        on years.financial_year = twice.financial_year and s.headline = twice.headline
    left join unreturned on years.financial_year = unreturned.financial_year
    left join set_aside
        on years.financial_year = set_aside.financial_year and set_aside.partner_id is null

),

-- The claims that name ledger lines, those of them that cannot be held against these, and those of
-- which rows set aside may be a part.
scoped as (

    select
        financial_year,
        count(*) as claims,
        count(*) filter (evidence_status = 'not_compared') as not_compared,
        count(*) filter (set_aside_rows > 0 and evidenced_pence > 0) as beside_set_aside
    from {{ ref('fct_savings_evidence') }}
    where evidence_status <> 'no_scope_given'
    group by financial_year

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
        nullif(concat_ws(
            ' ',
            case
                when bool_or(sent.partners_present < sent.partners_expected)
                    then 'Not every body has sent its savings.'
            end,
            case
                when m.measure = 'evidenced' and max(scoped.not_compared) > 0
                    then concat(
                        'Without ', max(scoped.not_compared),
                        case max(scoped.not_compared)
                            when 1 then ' claim of a body' else ' claims of bodies'
                        end,
                        ' whose spend of the year is not complete.'
                    )
            end,
            case
                when m.measure = 'evidenced' and max(scoped.beside_set_aside) > 0
                    then 'Rows of spend that were set aside may look saved.'
            end,
            case
                when
                    m.measure in ('counted', 'recurring') and max(scoped.claims) > 0
                    and not bool_and(years.has_every_body)
                    then 'Cost that moved to a body whose spend is not complete is not seen.'
            end
        ), '') as reason
    from {{ ref('fct_savings_initiative') }} as i
    cross join (values ('evidenced'), ('counted'), ('claimed'), ('recurring')) as m (measure)
    left join scoped on i.financial_year = scoped.financial_year
    left join years on i.financial_year = years.financial_year
    left join {{ ref('int_feed_completeness') }} as sent
        on i.financial_year = sent.financial_year and sent.feed = 'savings'
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

    select * exclude (is_whole) from bodies
    union all by name
    select * from unclassified
    union all by name
    select * from place
    union all by name
    select * from services_of_place
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
    nullif(concat_ws(
        ' ',
        final.reason,
        case
            when
                final.body_id is not null and final.pence is not null
                and own.periods_present < own.periods_expected
                then 'Deliveries of the year are missing, and not in it.'
        end
    ), '') as reason,
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
