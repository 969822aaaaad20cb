-- One row per initiative, financial year and body of the place that claims what looks like a saving
-- under another reference, still in the count: the same name, or the same money with the same
-- baseline; of another body also with the same lead and programme, of the same one only with the
-- same dates and ledger scope. Until somebody answers the question about it (TP-379 or TP-334,
-- which `orchestration/intake/same_saving.py` asks) the one that takes precedence counts.
with claims as (

    select
        lines.submission_id,
        lines.financial_year,
        lines.initiative_id,
        lines.partner_id,
        lines.actual_pence,
        lines.baseline_pence,
        [
            lines.start_date::varchar, lines.baseline_date::varchar, lines.scope_department,
            lines.scope_area, lines.scope_account, lines.scope_supplier
        ] as dates_and_scope,
        list_sort(regexp_extract_all(
            regexp_replace(lower(lines.initiative), '\b(the|a|of|our|and|for)\b', '', 'g'),
            '[a-z0-9]+'
        )) as name_words,
        {{ fold('lines.programme') }} as programme,
        leads.body_id as lead_body_id,
        counting.precedence
    from {{ ref('stg_savings_lines') }} as lines
    inner join {{ ref('int_savings_precedence') }} as counting
        on
            lines.financial_year = counting.financial_year
            and lines.initiative_id = counting.initiative_id
            and lines.partner_id = counting.partner_id
    left join {{ ref('int_body_names') }} as leads
        on lines.lead = leads.text and lines.financial_year = leads.financial_year

),

pairs as (

    select
        claims.financial_year,
        claims.initiative_id,
        claims.partner_id,
        claims.submission_id,
        first_claims.initiative_id as duplicate_of,
        first_claims.partner_id as first_partner_id,
        first_claims.submission_id as first_submission_id,
        first_claims.precedence,
        claims.partner_id = first_claims.partner_id as is_its_own
    from claims
    inner join claims as first_claims
        on
            claims.financial_year = first_claims.financial_year
            and claims.precedence > first_claims.precedence
    where
        (claims.name_words = first_claims.name_words and array_length(claims.name_words) > 0)
        or (claims.actual_pence = first_claims.actual_pence and case
            when claims.partner_id = first_claims.partner_id
                then
                    claims.baseline_pence = first_claims.baseline_pence
                    and claims.dates_and_scope = first_claims.dates_and_scope
            else
                claims.baseline_pence = first_claims.baseline_pence
                or (
                    claims.lead_body_id = first_claims.lead_body_id
                    and claims.programme = first_claims.programme
                )
        end)

),

final as (

    select
        pairs.financial_year,
        pairs.initiative_id,
        pairs.partner_id,
        arg_min(pairs.duplicate_of, pairs.precedence) as duplicate_of
    from pairs
    anti join {{ ref('stg_findings') }} as answered
        on
            answered.submission_id in (pairs.submission_id, pairs.first_submission_id)
            and answered.code = case when pairs.is_its_own then 'TP-334' else 'TP-379' end
            and answered.explanation is not null
    -- A body that tells of both tells them apart, unless both are its own.
    anti join {{ ref('int_savings_bodies') }} as bodies
        on
            not pairs.is_its_own
            and pairs.financial_year = bodies.financial_year
            and (
                (
                    pairs.partner_id = bodies.partner_id
                    and pairs.duplicate_of = bodies.initiative_id
                )
                or (
                    pairs.first_partner_id = bodies.partner_id
                    and pairs.initiative_id = bodies.initiative_id
                )
            )
    group by pairs.financial_year, pairs.initiative_id, pairs.partner_id

)

select * from final
