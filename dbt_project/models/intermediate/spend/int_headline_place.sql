{{ config(materialized = 'ephemeral') }}
-- One row per headline of the place, measure and financial year. Without every body there is no
-- figure of the place.
with place as (

    select
        'place_spend' as headline,
        m.measure,
        years.financial_year,
        null::varchar as body_id,
        null::bigint as lines,
        case m.measure
            when 'gross' then years.gross_pence
            when 'eliminated' then years.eliminated_pence
            when 'out_of_scope' then years.out_of_scope_pence
            when 'possible_double_count' then years.possible_double_count_pence
            when 'in_scope_net' then
                case when years.has_every_body then years.in_scope_net_pence end
        end::bigint as pence,
        case
            when m.measure = 'in_scope_net' and not years.has_every_body then 'incomplete'
            else 'stated'
        end as status,
        case
            when m.measure <> 'in_scope_net' then null
            when years.has_every_body then years.against_sources
            else concat('Not complete: ', years.partners_missing, '.')
        end as reason
    from {{ ref('int_headline_years') }} as years
    cross join (
        values
        ('gross'), ('eliminated'), ('out_of_scope'), ('in_scope_net'), ('possible_double_count')
    ) as m (measure)
    union all
    select
        'place_sources' as headline,
        'reconciliation' as measure,
        financial_year,
        null::varchar as body_id,
        null::bigint as lines,
        null::bigint as pence,
        'stated' as status,
        against_sources as reason
    from {{ ref('int_headline_years') }}

),

-- A body whose files cannot show a service does not make a year incomplete: it is named.
found as (

    select
        b.headline,
        b.financial_year,
        sum(b.pence)::bigint as pence,
        bool_or(b.status = 'stated') as is_stated,
        'Not shown by the files of: ' || string_agg(
            coalesce(p.short_name, b.body_id)
            || case when b.status = 'stated' then ' (in part)' else '' end,
            '; ' order by coalesce(p.short_name, b.body_id)
        ) filter (not b.is_whole) || '.' as not_shown
    from {{ ref('int_headline_services') }} as b
    left join {{ ref('dim_partner') }} as p on b.body_id = p.body_id
    where b.measure = 'in_scope'
    group by b.headline, b.financial_year

),

services_of_place as (

    select
        s.headline,
        'in_scope' as measure,
        years.financial_year,
        null::varchar as body_id,
        null::bigint as lines,
        case
            when years.has_every_body and coalesce(found.is_stated, true)
                then coalesce(found.pence, 0)
        end as pence,
        case
            when not years.has_every_body then 'incomplete'
            when not found.is_stated then 'not_observable'
            else 'stated'
        end as status,
        nullif(concat_ws(
            ' ',
            case
                when not years.has_every_body
                    then concat('Not complete: ', years.partners_missing, '.')
                when found.headline is null then 'No line of the year is for it.'
            end,
            found.not_shown
        ), '') as reason
    from {{ ref('int_headline_years') }} as years
    cross join (values ('drug_alcohol_spend'), ('public_access_spend')) as s (headline)
    left join found
        on years.financial_year = found.financial_year and s.headline = found.headline

)

select * from place
union all by name
select * from services_of_place
