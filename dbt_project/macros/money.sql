{# Exact arithmetic on pence. A division of decimals would be a DOUBLE in DuckDB, so everything here
   is whole numbers: HUGEINT in between, BIGINT at the end. #}

{# n / d in whole pence, half a penny away from zero. d is positive. #}
{% macro divide_round(n, d) -%}
    (sign({{ n }})
    * ((2 * abs(({{ n }})::hugeint) + ({{ d }})) // (2 * ({{ d }})::hugeint)))::bigint
{%- endmacro %}

{# What two amounts have in common: the smaller in size where both have the same sign, else 0. #}
{% macro in_common(a, b) -%}
    case
        when {{ a }} > 0 and {{ b }} > 0 then least({{ a }}, {{ b }})
        when {{ a }} < 0 and {{ b }} < 0 then greatest({{ a }}, {{ b }})
        else 0
    end
{%- endmacro %}

{# The amount that falls to a weight when `amount` is shared by weights: largest remainder, so that
   the parts add up to the amount. No weight is negative; `total` is the weights' sum in the
   partition and `allocation_order` orders equal remainders. Reads the columns given, inside a
   query. #}
{% macro share_out(amount, weight, total, partition, allocation_order) -%}
    (
        ({{ amount }})::hugeint * ({{ weight }}) // nullif({{ total }}, 0)
        + case
            when row_number() over (
                partition by {{ partition }}
                order by ({{ amount }})::hugeint * ({{ weight }}) % nullif({{ total }}, 0) desc,
                    {{ allocation_order }}
            ) <= ({{ amount }}) - sum(
                ({{ amount }})::hugeint * ({{ weight }}) // nullif({{ total }}, 0)
            ) over (partition by {{ partition }})
                then 1
            else 0
        end
    )::bigint
{%- endmacro %}

{# The one amount of a flow that two sides may report: what they have in common, or the one side's.
   #}
{% macro of_both_sides(a, b) -%}
    case
        when {{ a }} is null or {{ b }} is null then coalesce({{ a }}, {{ b }})
        else {{ in_common(a, b) }}
    end::bigint
{%- endmacro %}

{# Pence as pounds, exactly. #}
{% macro pounds(pence) -%}
    (({{ pence }})::decimal(20, 0) * 0.01::decimal(3, 2))::decimal(18, 2)
{%- endmacro %}
