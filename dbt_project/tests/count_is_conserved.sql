-- Every pound is in exactly one state, and the two views differ by what is named and nothing else.
select
    financial_year,
    'four states' as what,
    gross_pence as expected_pence,
    in_scope_classified_pence + in_scope_unclassified_pence + out_of_scope_pence + eliminated_pence
        as found_pence
from {{ ref('fct_place_reconciliation') }}
where
    gross_pence <> in_scope_classified_pence + in_scope_unclassified_pence + out_of_scope_pence
    + eliminated_pence
union all
select
    financial_year,
    'two views' as what,
    difference_pence as expected_pence,
    in_transit_pence + one_sided_pence + unexplained_pence - carried_forward_pence as found_pence
from {{ ref('fct_place_reconciliation') }}
where
    difference_pence
    <> in_transit_pence + one_sided_pence + unexplained_pence - carried_forward_pence
union all
select
    financial_year,
    'cells ' || body_id as what,
    gross_pence - eliminated_pence as expected_pence,
    in_scope_net_pence + out_of_scope_pence as found_pence
from {{ ref('fct_place_spend') }}
where
    gross_pence - eliminated_pence <> net_pence
    or net_pence <> in_scope_net_pence + out_of_scope_pence
union all
select
    financial_year,
    'eliminated' as what,
    sum(eliminated_pence) as expected_pence,
    any_value(found.pence) as found_pence
from {{ ref('fct_transfer_match') }}
left join (
    select
        financial_year,
        sum(eliminated_pence) as pence
    from {{ ref('fct_place_spend') }}
    group by financial_year
) as found using (financial_year)
group by financial_year
having sum(eliminated_pence) <> coalesce(any_value(found.pence), 0)
