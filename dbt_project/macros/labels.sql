{# What is kept of a line once it is read, and of the labels on it; their types are in
   orchestration/warehouse/readings.py. #}
{% macro read_line_columns() -%}
    submission_id, sheet, source_row, partner_id, combination_key, period, financial_year,
    line_date, basis, accounting, price_basis, vat_basis, synthetic, source_file, amount_pence
{%- endmacro %}

{% macro labels() -%}
    {{ return([
        'department', 'area', 'account', 'account_code', 'entity', 'supplier_name', 'pay_group',
        'merchant_category', 'has_vat_no', 'vat_body_id', 'flow_direction', 'map_date'
    ]) }}
{%- endmacro %}

{# What lines of one combination have in common: any of them says it. #}
{% macro any_labels() -%}
    {%- for label in labels() -%}
        any_value({{ label }}) as {{ label }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# What the rules look at on a line, as one key: they run once per distinct key, not per line. #}
{% macro combination_key() -%}
    md5(concat_ws(
        chr(31), partner_id, coalesce(department, chr(30)), coalesce(area, chr(30)),
        coalesce(account, chr(30)), coalesce(account_code, chr(30)),
        coalesce(entity, chr(30)), coalesce(supplier_name, chr(30)),
        coalesce(pay_group, chr(30)), coalesce(merchant_category, chr(30)),
        has_vat_no, coalesce(vat_body_id, chr(30)), flow_direction,
        coalesce(map_date::varchar, chr(30))
    ))
{%- endmacro %}
