{# What the two sides of a transfer say of it; `m` is the alias of int_transfer_matches. #}
{% macro match_status(m) -%}
    case
        when {{ m }}.payer_unmatched_pence = 0 and {{ m }}.payee_unmatched_pence = 0 then 'matched'
        when {{ m }}.payee_pence is null then 'payer_only'
        when {{ m }}.payer_pence is null then 'payee_only'
        else 'differing'
    end
{%- endmacro %}
