-- One row per body and financial year with spend lines: the key of its part of the long tables, and
-- the release that holds a part made by the same key, if there is one. The one place where a key is
-- decided: whatever can move a byte of a part is in it.
with submissions as (

    select distinct
        partner_id,
        financial_year,
        submission_id
    from {{ ref('int_spend_lines') }}

),

read_from as (

    select
        submissions.partner_id,
        submissions.financial_year,
        -- A line whose source is not known has no key, and its part is made anew.
        bool_and(sources.sources_key is not null) as is_known,
        sha256(string_agg(
            concat_ws(':', submissions.submission_id, sources.sources_key), ';'
            order by submissions.submission_id
        )) as sources_key
    from submissions
    left join {{ ref('stg_line_sources') }} as sources
        on submissions.submission_id = sources.submission_id
    group by submissions.partner_id, submissions.financial_year

),

decisions as (

    select
        parts.combination_key,
        string_agg(to_json(parts)::varchar, ';' order by parts.part_no) as decided
    from {{ ref('int_spend_parts') }} as parts
    group by parts.combination_key

),

-- What the lines of a combination get from elsewhere.
combinations as (

    select
        c.combination_key,
        sha256(concat_ws(
            chr(31), to_json(c)::varchar, to_json(payees)::varchar, decisions.decided
        )) as combination_digest
    from {{ ref('int_spend_combinations') }} as c
    inner join {{ ref('int_payees') }} as payees on c.combination_key = payees.combination_key
    inner join decisions on c.combination_key = decisions.combination_key

),

given as (

    select
        keys.partner_id,
        keys.financial_year,
        sha256(concat_ws(
            chr(31), to_json(keys)::varchar, combinations.combination_digest
        )) as given_digest
    from {{ ref('int_cell_keys') }} as keys
    inner join combinations on keys.combination_key = combinations.combination_key

),

labelled as (

    select
        partner_id,
        financial_year,
        sha256(string_agg(given_digest, ';' order by given_digest)) as labels_key
    from given
    group by partner_id, financial_year

),

keyed as (

    select
        read_from.partner_id,
        read_from.financial_year,
        case
            when read_from.is_known
                then sha256(concat_ws(':', read_from.sources_key, labelled.labels_key))
        end as part_key
    from read_from
    inner join labelled
        on
            read_from.partner_id = labelled.partner_id
            and read_from.financial_year = labelled.financial_year

)

select
    keyed.partner_id,
    keyed.financial_year,
    keyed.part_key,
    kept.release_id as kept_in,
    kept.release_id is not null as is_kept
from keyed
left join {{ ref('stg_kept_parts') }} as kept
    on
        keyed.partner_id = kept.body_id
        and keyed.financial_year = kept.financial_year
        and keyed.part_key = kept.part_key
