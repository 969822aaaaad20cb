-- One row per combination and rule that applies to it, with the rule's precedence: the smallest
-- number decides. The order, and why, is in the project's README.
with labels as (

    select * from {{ ref('int_combination_labels') }}

),

-- The words of the department are context too: a drug charity paid by "Public Health and Substance
-- Misuse" is in its own field, whatever class the contract gives the department.
contexts as (

    select
        c.combination_key,
        s.provider_id,
        s.provider_group,
        case
            when c.department_class = 'none' and d.combination_key is not null then 'public_health'
            else c.department_class
        end as department_class
    from {{ ref('int_spend_combinations') }} as c
    inner join {{ ref('int_suppliers') }} as s on c.supplier_text = s.supplier_text
    left join (
        select distinct combination_key from labels
        where polarity = 'positive' and field = 'department' and theme = 'drug_alcohol'
    ) as d on c.combination_key = d.combination_key
    where s.provider_id is not null

),

suppliers as (

    select
        contexts.combination_key,
        r.rule_id,
        r.stage,
        r.theme,
        r.grade,
        r.service_code
    from contexts
    inner join {{ ref('supplier_rule') }} as r
        on
            r.provider in (contexts.provider_id, contexts.provider_group)
            and r.department_class in ('*', contexts.department_class)
    left join (
        select distinct
            labels.combination_key,
            labels.rule_id
        from labels
    ) as l
        on
            contexts.combination_key = l.combination_key
            and r.with_label = l.rule_id
    where r.with_label is null or l.rule_id is not null
    -- The rule that says more about the context wins over the one for any context.
    qualify row_number() over (
        partition by contexts.combination_key
        order by
            r.with_label is null, r.department_class = '*',
            r.provider = contexts.provider_group, r.rule_id
    ) = 1

),

disputed as (

    select distinct combination_key
    from labels
    where polarity = 'negative'
    union
    select combination_key
    from suppliers
    where stage in ('negative', 'dispute')

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
            when labels.field = 'department' then 60
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
    left join disputed on labels.combination_key = disputed.combination_key
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
