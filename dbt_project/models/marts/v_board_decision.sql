-- One row per matter that the Board is asked to decide or settle, in the order of the list in
-- board_matter: how many things it is about and what hangs on them, in pounds. A matter with
-- nothing in it has no row. What is of a year is of the latest that has any.
--
-- Each matter: its year, how many things, their pounds, the rows they are in, and which of these.
{% set matters = [
    ('confirm_target', "'all_years'", "sum(array_length(string_split(target_unknowns, ', ')))",
        pounds('sum(target_pence)'), ref('dim_target'), 'target_unknowns is not null'),
    ('confirm_initiatives', 'max(latest_year)', 'count(*)',
        'sum(counted_pounds)', ref('v_savings_now'), "target_part = 'not_confirmed'"),
    ('missing_delivery', "'all_years'", 'count(*)',
        'null', ref('fct_missing_delivery'), "in_place and state in ('missing', 'refused')"),
    ('not_asked_for', "'all_years'", 'count(*)',
        'null', ref('fct_missing_delivery'), "in_place and state = 'not_asked_for'"),
    ('files_held', "'all_years'", 'count(*)',
        pounds('sum(pence_accepted)'), ref('fct_submission'), "status = 'held'"),
    ('possible_double_count', "'all_years'", 'count(*)',
        pounds('sum(possible_double_count_pence)'), ref('fct_transfer_match'),
        'possible_double_count_pence <> 0'),
    ('unexplained_difference', "'all_years'", 'count(*)',
        pounds('sum(abs(unexplained_pence))'), ref('fct_partner_reconciliation'),
        "reconciliation_status = 'differs'"),
    ('no_baseline', 'max(financial_year)', 'sum(initiatives)',
        '-sum(step_pounds)', 'steps', "step = 'no_baseline'"),
    ('late_baseline', 'max(financial_year)', 'sum(initiatives)',
        '-sum(step_pounds)', 'steps', "step = 'late_baseline'"),
    ('shares_do_not_add_up', 'max(financial_year)', 'sum(initiatives)',
        '-sum(step_pounds)', 'steps', "step = 'shares_do_not_add_up'"),
    ('not_evidenced', 'max(latest_year)', 'count(*)',
        'sum(counted_pounds)', ref('v_savings_now'),
        "counted_pounds > 0 and evidence_status in ('not_evidenced', 'no_scope_given', 'not_compared')"),
    ('overdue_milestone', 'max(latest_year)', 'count(*)',
        pounds('sum(claimed_in_latest_year_pence)'), 'initiatives', 'overdue_milestone'),
    ('overlapping_access_points', 'max(financial_year)', 'sum(cluster_points)',
        'sum(avoidable_cost_a_year_pounds)', 'nearest_points', 'true'),
    ('open_question', "'all_years'", 'count(*)',
        pounds('sum(abs(amount_pence))'), ref('fct_issue'),
        "source = 'judge' and level = 'please_explain' and is_open and in_force"),
    ('unclassified', "'all_years'", 'count(*)',
        'sum(gross_pounds)', ref('v_unclassified_pattern'), 'true'),
    ('unresolved_body', "'all_years'", 'count(*)',
        'sum(gross_pounds)', ref('v_unresolved_body'), 'true')
] %}
with steps as (

    select s.* from {{ ref('v_savings_waterfall') }} as s
    inner join {{ ref('int_savings_position') }} as latest
        on s.financial_year = latest.financial_year

),

-- Those that were still reported in the year of the position, or since.
initiatives as (

    select i.* from {{ ref('fct_savings_portfolio') }} as i
    cross join {{ ref('int_savings_position') }} as latest
    qualify i.latest_year >= coalesce(latest.financial_year, max(i.latest_year) over ())

),

-- The cluster that would avoid most.
nearest_points as (

    select * from {{ ref('v_access_cluster') }}
    where overlap_kind = 'within_walking_distance'
    order by financial_year desc, rank_in_year asc
    limit 1

),

found as (

    {% for matter, year, items, at_stake, rows, which in matters %}
        select
            '{{ matter }}' as matter,
            {{ year }} as financial_year,
            {{ items }} as items,
            {{ at_stake }} as at_stake_pounds
        from {{ rows }}
        where {{ which }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    row_number() over (order by listed.matter_no) as rank_no,
    listed.matter,
    found.financial_year,
    found.items::bigint as items,
    listed.item_kind,
    found.at_stake_pounds::decimal(18, 2) as at_stake_pounds,
    listed.statement
from found
inner join {{ ref('board_matter') }} as listed on found.matter = listed.matter
where found.items > 0
