-- One row per combination and part of it: what its lines are for, by which rule, and what share.
-- Shares of a combination add up to 1. What no statement or rule covers, or a rule leaves to
-- review, is as a person decided it, else `unclassified`; `other` needs a rule or a decision.
with combinations as (

    select * from {{ ref('int_spend_combinations') }}

),

stated as (

    select * from {{ ref('int_stated_parts') }}

),

ruled as (

    select
        combination_key,
        rule_id,
        theme,
        service_code,
        grade
    from {{ ref('int_spend_candidates') }}
    where combination_key not in (select combination_key from stated)
    qualify row_number() over (
        partition by combination_key
        order by
            precedence, rule_id, theme,
            -- Two phrases of one rule may be of different grades: the surer one is evidence enough.
            case grade when 'sure' then 1 when 'likely' then 2 else 3 end,
            service_code
    ) = 1

),

reviewed as (

    select
        c.combination_key,
        'REVIEW-' || d.pattern_id as rule_id,
        d.theme
    from combinations as c
    inner join {{ ref('stg_review_decisions') }} as d
        on
            c.partner_id = d.partner_id
            and coalesce(c.department, 'not_reported') = d.department
            and coalesce(c.area, 'not_reported') = d.area
            and coalesce(c.account, 'not_reported') = d.account
            and d.is_in_force
    left join ruled on c.combination_key = ruled.combination_key
    where
        c.combination_key not in (select combination_key from stated)
        and coalesce(ruled.grade, 'review') = 'review'

),

decided as (

    select
        combination_key,
        rule_id,
        theme,
        service_code,
        grade,
        share
    from stated
    union all
    select
        *,
        1::decimal(9, 8) as share
    from ruled
    where combination_key not in (select combination_key from reviewed)
    union all
    select
        combination_key,
        rule_id,
        theme,
        null as service_code,
        'sure' as grade,
        1::decimal(9, 8) as share
    from reviewed

),

complete as (

    select * from decided
    union all
    -- What no statement or rule covers: whole combinations, and the remainder of shared ones.
    select
        c.combination_key,
        'NO-RULE' as rule_id,
        'unclassified' as theme,
        null as service_code,
        'none' as grade,
        (1 - coalesce(sum(d.share), 0))::decimal(9, 8) as share
    from combinations as c
    left join decided as d on c.combination_key = d.combination_key
    group by c.combination_key
    having coalesce(sum(d.share), 0) < 1

),

final as (

    select
        combination_key,
        row_number() over (
            partition by combination_key order by share desc, rule_id asc, theme asc
        ) as part_no,
        count(*) over (partition by combination_key) as parts,
        rule_id as classification_rule,
        grade as evidence_grade,
        case when grade = 'review' then 'unclassified' else theme end as theme,
        case
            when grade = 'review' or theme = 'unclassified' then 'UNCLASSIFIED'
            when theme = 'other' then 'OTHER'
            when service_code is not null then service_code
            when theme = 'drug_alcohol' then 'DA-OTHER'
            else 'PA-OTHER'
        end as service_code,
        share
    from complete

)

select * from final
