{# Whether one ledger scope holds another: what it does not name, it holds. #}
{% macro holds_scope(wide, narrow) -%}
    (
        coalesce({{ wide }}.department = {{ narrow }}.department, {{ wide }}.department is null)
        and coalesce({{ wide }}.area = {{ narrow }}.area, {{ wide }}.area is null)
        and coalesce({{ wide }}.account = {{ narrow }}.account, {{ wide }}.account is null)
        and coalesce(
            {{ wide }}.supplier_phrase = {{ narrow }}.supplier_phrase,
            {{ wide }}.supplier_phrase is null
        )
    )
{%- endmacro %}
