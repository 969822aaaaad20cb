-- One row per label text, its field, and label rule whose phrase it contains. Which of them applies
-- to a line is decided where the line's context is known (int_combination_labels).
with texts as (

    {% for field in rule_fields() %}
        select distinct
            '{{ field }}' as field,
            {{ field_text(field) }} as text
        from {{ ref('int_spend_combinations') }}
        where {{ field_text(field) }} is not null
        {{ "union all" if not loop.last }}
    {% endfor %}
),

rules as (

    select
        * exclude (phrase),
        {{ fold('phrase') }} as phrase,
        split_part({{ fold('phrase') }}, ' ', 1) as first_token
    from {{ ref('label_rule') }}

),

tokens as (

    select distinct
        field,
        text,
        unnest(string_split(text, ' ')) as token
    from texts

),

final as (

    select
        tokens.field,
        tokens.text,
        rules.rule_id,
        rules.polarity,
        rules.phrase,
        rules.department_class,
        rules.theme,
        rules.grade,
        rules.service_code,
        string_split(rules.unless, ' ') as unless
    from tokens
    inner join rules
        on
            tokens.token = rules.first_token
            and (
                tokens.field = rules.field
                or (rules.field = 'label' and tokens.field in ('account', 'area'))
                -- In the department alone a theme's phrase leads to a review (see candidates).
                or (
                    rules.polarity = 'positive' and rules.field <> 'supplier'
                    and tokens.field = 'department'
                )
            )
            and case rules.how
                when 'whole' then tokens.text = rules.phrase
                when 'start' then starts_with(tokens.text, rules.phrase || ' ')
                when 'end' then ends_with(tokens.text, ' ' || rules.phrase)
                else {{ holds_phrase('tokens.text', 'rules.phrase') }}
            end

)

select * from final
