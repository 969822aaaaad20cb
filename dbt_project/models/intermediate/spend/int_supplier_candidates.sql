{{ config(materialized = 'ephemeral') }}
-- One row per combination whose payee is a known provider: the rule about providers that fits the
-- class of department best.
with labels as (

    select * from {{ ref('int_combination_labels') }}

),

-- What the labels show of the class, which the contract gives no department or gives it as a whole:
-- an account "PH Payments" is public health's, and a drug charity paid by "Public Health and
-- Substance Misuse" is in its own field.
shown as (

    select
        combination_key,
        min(theme) filter (polarity = 'context') as context_class,
        bool_or(
            polarity = 'positive' and field = 'department' and theme = 'drug_alcohol'
        ) as is_field_of_drugs
    from labels
    group by combination_key

),

contexts as (

    select
        c.combination_key,
        s.provider_id,
        s.provider_group,
        case
            when shown.context_class is not null then shown.context_class
            when c.department_class = 'none' and shown.is_field_of_drugs then 'public_health'
            else c.department_class
        end as department_class
    from {{ ref('int_spend_combinations') }} as c
    inner join {{ ref('int_suppliers') }} as s on c.supplier_text = s.supplier_text
    left join shown on c.combination_key = shown.combination_key
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

)

select * from suppliers
