{# The raw lines of a feed beside the submission in force that sent them, for a `from` clause:
   `lines` and `submissions`. Lines of other submissions are kept in raw and never staged. #}
{% macro lines_in_force(feed) -%}
    {{ source('raw', feed) }} as lines
    inner join {{ ref('stg_submissions') }} as submissions
        on
            lines.submission_id = submissions.submission_id
            and submissions.in_force
            and submissions.feed = '{{ feed }}'
{%- endmacro %}
