{{ config(materialized = 'ephemeral') }}
-- One row per financial year: what the headlines say of the place, and whether every body is there.
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
        when 'reconciled' then 'Agrees with its sources to the penny.'
        when 'incomplete' then 'Has gaps, so it is not compared with its sources.'
        when 'no_source_data' then 'No body has reported its sources.'
        else 'DIFFERS from its sources.'
    end as against_sources
from {{ ref('fct_place_reconciliation') }} as r
left join {{ ref('fct_place_completeness') }} as c on r.financial_year = c.financial_year
