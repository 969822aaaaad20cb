-- One row per financial year, body of the place and pair of initiatives that claim the same ledger
-- lines of it: scopes of which one equals or holds the other, or scopes that share a line.
with scopes as (

    select * from {{ ref('int_savings_scopes') }}

),

lines as (

    select distinct
        claim_year,
        initiative_id,
        partner_id,
        {{ line_id('parts') }} as line_id
    from {{ ref('int_savings_evidence_lines') }} as parts
    where role = 'scope'

),

pairs as (

    select
        scopes.financial_year,
        scopes.partner_id,
        scopes.initiative_id,
        others.initiative_id as other_id,
        true as scopes_nest
    from scopes
    inner join scopes as others
        on
            scopes.financial_year = others.financial_year
            and scopes.partner_id = others.partner_id
            and scopes.initiative_id <> others.initiative_id
            and (
                {{ holds_scope('others', 'scopes') }}
                or {{ holds_scope('scopes', 'others') }}
            )
    union all
    select
        lines.claim_year as financial_year,
        lines.partner_id,
        lines.initiative_id,
        others.initiative_id as other_id,
        false as scopes_nest
    from lines
    inner join lines as others
        on
            lines.claim_year = others.claim_year
            and lines.line_id = others.line_id
            and lines.initiative_id <> others.initiative_id

)

select
    financial_year,
    partner_id,
    initiative_id,
    other_id,
    bool_or(scopes_nest) as scopes_nest
from pairs
group by financial_year, partner_id, initiative_id, other_id
