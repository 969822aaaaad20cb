-- One row per initiative and financial year in which it claims anything: what of its evidence the
-- lines show that no other claim shows already.
with shown as (

    select
        shown.financial_year,
        shown.initiative_id,
        sum(parts.amount_pence) filter (parts.is_base) as base_pence,
        sum(parts.amount_pence) filter (parts.is_claim_year) as claim_year_pence
    from {{ ref('int_savings_evidence_lines') }} as parts
    inner join {{ ref('int_savings_lines_shown') }} as shown
        on
            parts.claim_year = shown.financial_year
            and parts.initiative_id = shown.initiative_id
            and {{ line_id('parts') }} = shown.line_id
    where parts.role = 'scope'
    group by shown.financial_year, shown.initiative_id

)

select
    evidence.financial_year,
    evidence.initiative_id,
    case
        when shown.initiative_id is null then evidence.evidenced_pence
        else greatest(0, least(
            evidence.evidenced_pence,
            {{ divide_round(
                '(evidence.base_pence - coalesce(shown.base_pence, 0))::hugeint'
                ' * evidence.index_e6',
                'evidence.base_e6'
            ) }}
            - evidence.claim_year_pence + coalesce(shown.claim_year_pence, 0)
            - evidence.displaced_pence
        ))
    end::bigint as own_evidence_pence
from {{ ref('int_savings_evidence') }} as evidence
left join shown
    on
        evidence.financial_year = shown.financial_year
        and evidence.initiative_id = shown.initiative_id
