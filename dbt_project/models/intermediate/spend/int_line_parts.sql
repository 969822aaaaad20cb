{{ config(materialized = 'view') }}
-- One row per line and part of it: a line that serves several themes is split by share, and its
-- parts add up to it by largest remainder.
{{ parts_of_lines(ref('int_spend_lines')) }}
