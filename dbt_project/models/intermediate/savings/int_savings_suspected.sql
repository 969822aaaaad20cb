-- One row per initiative, financial year and body of the place that claims what looks like a saving
-- under another reference, still in the count: the same name, or the same money with the same
-- baseline; of another body also with the same lead and programme, of the same one only with the
-- same dates and ledger scope. Until somebody answers the question about it (TP-379 or TP-334,
-- which `orchestration/intake/same_saving.py` asks) the one that takes precedence counts.
with answered as (

    select
        submission_id,
        bool_or(code = 'TP-379') as of_others,
        bool_or(code = 'TP-334') as of_its_own
    from {{ ref('stg_findings') }}
    where code in ('TP-379', 'TP-334') and explanation is not null
    group by submission_id

),

reported as (

    select distinct
        financial_year,
        initiative_id,
        partner_id
    from {{ ref('stg_savings_lines') }}
    where in_place

),

claims as (

    select distinct
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
        coalesce(answered.of_others, false) as answered_of_others,
        coalesce(answered.of_its_own, false) as answered_of_its_own,
        (
            {{ first_claim('years', 'evidence') }}
        ) as precedence
    from {{ ref('stg_savings_lines') }} as lines
    inner join {{ ref('int_savings_years') }} as years
        on
            lines.financial_year = years.financial_year
            and lines.initiative_id = years.initiative_id
    inner join {{ ref('int_savings_bodies') }} as bodies
        on
            lines.financial_year = bodies.financial_year
            and lines.initiative_id = bodies.initiative_id
            and lines.partner_id = bodies.partner_id
    left join {{ ref('int_savings_evidence') }} as evidence
        on
            lines.financial_year = evidence.financial_year
            and lines.initiative_id = evidence.initiative_id
    left join {{ ref('int_body_names') }} as leads
        on lines.lead = leads.text and lines.financial_year = leads.financial_year
    left join answered on lines.submission_id = answered.submission_id
    where bodies.claimed_pence > 0 and years.excluded_at_step is null

),

pairs as (

    select
        claims.financial_year,
        claims.initiative_id,
        claims.partner_id,
        first_claims.initiative_id as duplicate_of,
        first_claims.partner_id as first_partner_id,
        first_claims.precedence
    from claims
    inner join claims as first_claims
        on
            claims.financial_year = first_claims.financial_year
            and claims.initiative_id <> first_claims.initiative_id
            and claims.precedence > first_claims.precedence
            and not case
                when claims.partner_id = first_claims.partner_id
                    then claims.answered_of_its_own or first_claims.answered_of_its_own
                else claims.answered_of_others or first_claims.answered_of_others
            end
    where
        (claims.name_words = first_claims.name_words and array_length(claims.name_words) > 0)
        or (
            claims.actual_pence = first_claims.actual_pence
            and (
                (
                    claims.baseline_pence = first_claims.baseline_pence
                    and (
                        claims.partner_id <> first_claims.partner_id
                        or claims.dates_and_scope = first_claims.dates_and_scope
                    )
                )
                or (
                    claims.partner_id <> first_claims.partner_id
                    and claims.lead_body_id = first_claims.lead_body_id
                    and claims.programme = first_claims.programme
                )
            )
        )

),

-- A body that tells of both tells them apart, unless both are its own.
final as (

    select
        pairs.financial_year,
        pairs.initiative_id,
        pairs.partner_id,
        arg_min(pairs.duplicate_of, pairs.precedence) as duplicate_of
    from pairs
    anti join reported as same_body
        on
            pairs.partner_id <> pairs.first_partner_id
            and pairs.financial_year = same_body.financial_year
            and pairs.partner_id = same_body.partner_id
            and pairs.duplicate_of = same_body.initiative_id
    anti join reported as first_body
        on
            pairs.partner_id <> pairs.first_partner_id
            and pairs.financial_year = first_body.financial_year
            and pairs.first_partner_id = first_body.partner_id
            and pairs.initiative_id = first_body.initiative_id
    group by pairs.financial_year, pairs.initiative_id, pairs.partner_id

)

select * from final
