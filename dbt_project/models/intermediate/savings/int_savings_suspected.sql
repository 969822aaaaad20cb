-- One row per initiative, financial year and body of the place that claims what looks like another
-- body's saving under another reference, still in the count: the same name, or the same money with
-- the same baseline or the same lead and programme. Until somebody answers the question about it
-- (TP-379, which `orchestration/intake/same_saving.py` asks) the one that takes precedence counts.
with answered as (

    select distinct submission_id
    from {{ ref('stg_findings') }}
    where code = 'TP-379' and explanation is not null

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
        list_sort(regexp_extract_all(
            regexp_replace(lower(lines.initiative), '\b(the|a|of|our|and|for)\b', '', 'g'),
            '[a-z0-9]+'
        )) as name_words,
        {{ fold('lines.programme') }} as programme,
        leads.body_id as lead_body_id,
        (
            {{ first_claim('years') }}
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
    left join {{ ref('int_body_names') }} as leads
        on lines.lead = leads.text and lines.financial_year = leads.financial_year
    where
        bodies.claimed_pence > 0
        and years.excluded_at_step is null
        and lines.submission_id not in (select submission_id from answered)

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
            and claims.partner_id <> first_claims.partner_id
            and claims.initiative_id <> first_claims.initiative_id
            and claims.precedence > first_claims.precedence
    where
        (claims.name_words = first_claims.name_words and len(claims.name_words) > 0)
        or (
            claims.actual_pence = first_claims.actual_pence
            and (
                claims.baseline_pence = first_claims.baseline_pence
                or (
                    claims.lead_body_id = first_claims.lead_body_id
                    and claims.programme = first_claims.programme
                )
            )
        )

),

-- A body that tells of both tells them apart.
final as (

    select
        pairs.financial_year,
        pairs.initiative_id,
        pairs.partner_id,
        arg_min(pairs.duplicate_of, pairs.precedence) as duplicate_of
    from pairs
    anti join reported as same_body
        on
            pairs.financial_year = same_body.financial_year
            and pairs.partner_id = same_body.partner_id
            and pairs.duplicate_of = same_body.initiative_id
    anti join reported as first_body
        on
            pairs.financial_year = first_body.financial_year
            and pairs.first_partner_id = first_body.partner_id
            and pairs.initiative_id = first_body.initiative_id
    group by pairs.financial_year, pairs.initiative_id, pairs.partner_id

)

select * from final
