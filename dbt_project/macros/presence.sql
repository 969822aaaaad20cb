{# How many partners promised a figure's feed, how many delivered all of it, and how many questions
   about the files in force nobody has answered: what every figure of the place carries.
   `completeness` is the alias of int_feed_completeness, joined on feed and financial year; a year
   in which nobody promised the feed has 0 of 0. #}
{% macro presence(completeness, prefix='') -%}
    coalesce({{ completeness }}.partners_expected, 0) as {{ prefix }}partners_expected,
    coalesce({{ completeness }}.partners_present, 0) as {{ prefix }}partners_present,
    coalesce({{ completeness }}.unexplained_findings, 0) as {{ prefix }}unexplained_findings
{%- endmacro %}
