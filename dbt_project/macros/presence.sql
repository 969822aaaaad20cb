{# How complete a figure is: how many partners of the place promised its feed and how many delivered
   all of it; how many periods (months, where the feed is monthly) they promised and delivered; and
   how many questions about the files in force nobody has answered. Every figure of the place
   carries it. `completeness` is the alias of int_feed_completeness, joined on feed and financial
   year; a year in which nobody promised the feed has 0 of 0. #}
{% macro presence(completeness, prefix='') -%}
    coalesce({{ completeness }}.partners_expected, 0) as {{ prefix }}partners_expected,
    coalesce({{ completeness }}.partners_present, 0) as {{ prefix }}partners_present,
    coalesce({{ completeness }}.periods_expected, 0) as {{ prefix }}place_periods_expected,
    coalesce({{ completeness }}.periods_present, 0) as {{ prefix }}place_periods_present,
    coalesce({{ completeness }}.unexplained_findings, 0) as {{ prefix }}unexplained_findings
{%- endmacro %}

{# The same of the row's own body: of the periods it promised of the feed for the year, how many are
   in force and whole. `body` and `year` are columns of the query. #}
{% macro own_presence(body, year, feed) -%}
    coalesce((
        select max(own.periods_expected)
        from {{ ref('int_partner_completeness') }} as own
        where
            own.partner_id = {{ body }}
            and own.financial_year = {{ year }}
            and own.feed = '{{ feed }}'
    ), 0) as body_periods_expected,
    coalesce((
        select max(own.periods_present)
        from {{ ref('int_partner_completeness') }} as own
        where
            own.partner_id = {{ body }}
            and own.financial_year = {{ year }}
            and own.feed = '{{ feed }}'
    ), 0) as body_periods_present
{%- endmacro %}

{# The columns of completeness as a table has them, passed on to a view of it. #}
{% macro passed_on(alias) -%}
    {{ alias }}.partners_expected,
    {{ alias }}.partners_present,
    {{ alias }}.place_periods_expected,
    {{ alias }}.place_periods_present
{%- endmacro %}
