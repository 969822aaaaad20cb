{{ config(materialized = 'ephemeral') }}
-- One row per combination, field and phrase of a label rule that applies in its context.
with combinations as (

    select * from {{ ref('int_spend_combinations') }}

),

fields as (

    {% for field in rule_fields() %}
        select
            combination_key,
            department_class as context,
            '{{ field }}' as field,
            {{ field_text(field) }} as text,
            string_split(
                concat_ws(' ', department_text, area_text, account_text), ' '
            ) as words
        from combinations
        {{ "union all" if not loop.last }}
    {% endfor %}
),

hits as (

    select
        fields.combination_key,
        fields.field,
        m.rule_id,
        m.polarity,
        m.phrase,
        m.department_class,
        m.theme,
        m.grade,
        m.service_code
    from fields
    inner join {{ ref('int_label_matches') }} as m
        on
            fields.field = m.field
            and fields.text = m.text
            and (
                m.department_class = '*'
                or list_contains(string_split(m.department_class, ' '), fields.context)
            )
            and (m.unless is null or not list_has_any(m.unless, fields.words))

),

-- Of two phrases in one text the longer is the better evidence; of two equal ones, that whose rule
-- names the context: `contact centre` in children's services is for separated families.
labels as (

    select *
    from hits
    where not exists (
        select 1
        from hits as better
        where
            better.combination_key = hits.combination_key
            and better.field = hits.field
            and (better.polarity = 'context') = (hits.polarity = 'context')
            and {{ holds_phrase('better.phrase', 'hits.phrase') }}
            and (
                length(better.phrase) > length(hits.phrase)
                or (better.department_class <> '*' and hits.department_class = '*')
            )
    )

)

select * from labels
