{# Whole-token matching on a folded text; never a substring, never a regular expression per rule. #}

{# A name or label folded for matching: no case, no accents, `&` as `and`, everything else that is
   no letter or digit as one space. A site code behind `&&` is the payer's own and is cut off. #}
{% macro fold(column) -%}
    nullif(trim(regexp_replace(
        replace(
            split_part(replace(lower(strip_accents({{ column }})), '&amp;', '&'), '&&', 1),
            '&', ' and '
        ),
        '[^\p{L}\p{N}]+', ' ', 'g'
    )), '')
{%- endmacro %}

{# A folded label without the ledger code in front of it: `5502 residential` is `residential`. #}
{% macro fold_label(column) -%}
    regexp_replace({{ fold(column) }}, '^[\p{L}]{0,2}\d\S*\s+', '')
{%- endmacro %}

{# Whether a folded text holds a folded phrase as whole tokens. #}
{% macro holds_phrase(text, phrase) -%}
    contains(' ' || {{ text }} || ' ', ' ' || {{ phrase }} || ' ')
{%- endmacro %}

{# Two labels are the same to a partner whatever their case and spacing. #}
{% macro squeeze(column) -%}
    regexp_replace(lower({{ column }}), '\s+', '', 'g')
{%- endmacro %}

{# The fields that label rules look at, and the column that holds each one's folded text. #}
{% macro rule_fields() -%}
    {{ return([
        'account', 'area', 'department', 'supplier', 'pay_group', 'merchant_category',
        'department_class'
    ]) }}
{%- endmacro %}

{% macro field_text(field) -%}
    {%- if field == 'department_class' -%} {{ fold('department_class') }}
    {%- else -%} {{ field }}_text
    {%- endif -%}
{%- endmacro %}

{# A folded name without `the` in front and the legal form behind: what two spellings share. #}
{% macro name_core(text) -%}
    regexp_replace(
        regexp_replace(trim({{ text }}), '^the ', ''),
        '( (ltd|limited|plc|llp|cic|cio|uk))+$', ''
    )
{%- endmacro %}

{# A name in capitals with single spaces: what a ledger cuts off after 32 characters. #}
{% macro squeezed_capitals(text) -%}
    upper(regexp_replace(trim({{ text }}), '\s+', ' ', 'g'))
{%- endmacro %}

{# Who is paid, as one id whatever the case of a name and whatever site code hangs on it: a public
   body or known provider by its own id, others by their folded name. #}
{% macro provider_key(delivery, provider_id, provider_name) -%}
    case
        when {{ provider_id }} is not null then {{ provider_id }}
        when {{ provider_name }} = '[withheld]' then 'withheld'
        when {{ fold(provider_name) }} is not null
            then 'name:' || {{ name_core(fold(provider_name)) }}
        when {{ delivery }} = 'own' then 'own_delivery'
        else 'not_reported'
    end
{%- endmacro %}
