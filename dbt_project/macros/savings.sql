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

{# What the ledgers show and what counts of the savings so far, by part: `label` names the column of
   the parts, `part` says which of the `parts` a row of fct_savings_initiative (`years`) belongs to.
   Without a return there is no figure, which is not £0. #}
{% macro savings_so_far(label, part, parts) -%}
with latest as (

    select financial_year from {{ ref('int_savings_position') }}

),

sums as (

    select
        {{ part }} as {{ label }},
        sum(years.evidenced_once_pence) filter (
            years.financial_year = latest.financial_year
        )::bigint as evidenced_in_latest_year_pence,
        sum(years.counted_in_year_pence) filter (
            years.financial_year = latest.financial_year
        )::bigint as counted_in_latest_year_pence,
        sum(years.claimed_in_year_pence) filter (
            years.financial_year = latest.financial_year
        )::bigint as claimed_in_latest_year_pence,
        sum(years.recurring_a_year_pence) filter (
            years.financial_year = latest.financial_year
        )::bigint as recurring_a_year_pence,
        sum(years.counted_in_year_pence)::bigint as counted_to_date_pence
    from {{ ref('fct_savings_initiative') }} as years
    inner join latest on years.financial_year <= latest.financial_year
    group by 1

),

final as (

    select
        latest.financial_year as latest_year,
        parts.{{ label }},
        case when latest.financial_year is not null then coalesce(sums.evidenced_in_latest_year_pence, 0) end
            as evidenced_in_latest_year_pence,
        case when latest.financial_year is not null then coalesce(sums.counted_in_latest_year_pence, 0) end
            as counted_in_latest_year_pence,
        case when latest.financial_year is not null then coalesce(sums.claimed_in_latest_year_pence, 0) end
            as claimed_in_latest_year_pence,
        case when latest.financial_year is not null then coalesce(sums.recurring_a_year_pence, 0) end
            as recurring_a_year_pence,
        case when latest.financial_year is not null then coalesce(sums.counted_to_date_pence, 0) end
            as counted_to_date_pence,
        {{ presence('p') }}
    from (values ('{{ parts | join("'), ('") }}')) as parts ({{ label }})
    cross join latest
    left join sums on parts.{{ label }} = sums.{{ label }}
    left join {{ ref('int_feed_completeness') }} as p
        on latest.financial_year = p.financial_year and p.feed = 'savings'

)

select * from final
{%- endmacro %}

{# The year in whose prices a row's amounts are, written 2024-25; null for cash. What is neither
   stays as it is written, and has no index. #}
{% macro price_base(column) -%}
    case
        when lower(trim({{ column }})) in ('', 'cash') then null
        else regexp_replace(
            trim({{ column }}), '^(\d{4})\s*[-/]\s*(?:\d{2})?(\d{2})$', '\1-\2'
        )
    end
{%- endmacro %}

{# A measure of quality as a number; null where it is words. #}
{% macro quality(column) -%}
    try_cast(regexp_replace({{ column }}, '[%,£ ]', '', 'g') as decimal(18, 4))
{%- endmacro %}
