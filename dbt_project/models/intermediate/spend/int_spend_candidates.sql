-- One row per combination and rule that applies to it, with the rule's precedence: the smallest
-- number decides. The order, and why, is in the project's README.
with labels as (

    select * from {{ ref('int_combination_labels') }}

),

suppliers as (

    select * from {{ ref('int_supplier_candidates') }}

),

-- A question of policy about a part of what another label names: blue badges in customer services.
questioned as (

    select distinct
        l.combination_key,
        l.theme
    from labels as l
    inner join labels as named
        on
            l.combination_key = named.combination_key
            and l.theme = named.theme
            and named.polarity = 'positive'
            and named.grade <> 'review'
    where l.grade = 'review' and l.polarity in ('positive', 'dispute') and l.field <> 'department'

),

disputed as (

    select
        against.combination_key,
        unnest(['drug_alcohol', 'public_access']) as theme
    from (
        select combination_key from labels
        where polarity = 'negative'
        union
        select combination_key from suppliers
        where stage in ('negative', 'dispute')
    ) as against
    union
    select * from questioned

),

final as (

    select
        labels.combination_key,
        labels.rule_id,
        case
            when labels.polarity = 'negative' then 30
            -- What only the department says comes last: every label says more.
            when labels.polarity = 'other' and labels.field in ('department', 'department_class')
                then 95
            when labels.polarity = 'other' then 80
            when labels.polarity = 'dispute' then 19
            when labels.field = 'department' then 60
            when disputed.combination_key is not null and labels.grade = 'review' then 19
            when disputed.combination_key is not null then 20
            else 40
        end as precedence,
        labels.theme,
        case
            when
                labels.polarity = 'positive'
                and (labels.field = 'department' or disputed.combination_key is not null)
                then 'review'
            else labels.grade
        end as grade,
        labels.service_code
    from labels
    left join disputed
        on labels.combination_key = disputed.combination_key and labels.theme = disputed.theme
    left join questioned
        on labels.combination_key = questioned.combination_key and labels.theme = questioned.theme
    where
        labels.polarity in ('positive', 'negative', 'other')
        or (labels.polarity = 'dispute' and questioned.combination_key is not null)
    union all
    select
        combination_key,
        rule_id,
        case stage
            when 'negative' then 31
            when 'theme' then 50
            when 'review' then 70
            when 'platform' then 75
            else 90
        end as precedence,
        theme,
        grade,
        service_code
    from suppliers
    -- A rule without a grade only disputes what a label says.
    where grade is not null

)

select * from final
