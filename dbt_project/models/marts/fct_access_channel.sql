-- One row per body, financial year, month, channel and service: how often the public made contact.
-- A rate is taken over the contacts that were assessed for it, and never over others. Where the
-- body suppressed a number of contacts, there is none.
with cells as (

    select
        c.partner_id,
        c.financial_year,
        c.period,
        case when p.in_place then 'in_scope' else 'outside_place' end as scope,
        c.channel,
        c.lgsl_code,
        bool_or(c.is_suppressed_at_source) as is_suppressed_at_source,
        case
            when not bool_or(c.is_suppressed_at_source) then sum(c.contacts)
        end::bigint as contacts,
        sum(c.avoidable) filter (c.contacts is not null)::bigint as avoidable,
        sum(c.contacts) filter (c.avoidable is not null)::bigint as assessed_contacts,
        sum(c.resolved) filter (c.contacts is not null)::bigint as resolved,
        sum(c.contacts) filter (c.resolved is not null)::bigint as followed_contacts
    from {{ ref('stg_contacts_lines') }} as c
    inner join {{ ref('stg_contract_partners') }} as p on c.partner_id = p.partner_id
    group by c.partner_id, c.financial_year, c.period, p.in_place, c.channel, c.lgsl_code

),

final as (

    select
        cells.partner_id as body_id,
        cells.financial_year,
        coalesce({{ period_id("'month'", 'cells.period') }}, cells.financial_year) as period_id,
        cells.scope,
        cells.channel,
        coalesce(cells.lgsl_code::varchar, 'not_reported') as lgsl_code,
        services.description as service,
        cells.contacts,
        cells.is_suppressed_at_source,
        cells.avoidable,
        cells.assessed_contacts,
        case
            when cells.assessed_contacts > 0
                then {{ divide_round('cells.avoidable * 1000::hugeint', 'assessed_contacts') }}
        end as avoidable_per_mille,
        cells.resolved,
        cells.followed_contacts,
        case
            when cells.followed_contacts > 0
                then {{ divide_round('cells.resolved * 1000::hugeint', 'followed_contacts') }}
        end as resolved_per_mille,
        coalesce(years.is_complete, false) as is_year_complete,
        {{ presence('presence') }},
        {{ own_presence('cells.partner_id', 'cells.financial_year', 'contacts') }}
    from cells
    left join {{ ref('lgsl') }} as services on cells.lgsl_code = services.lgsl_code
    left join {{ ref('int_access_feed_years') }} as years
        on
            cells.partner_id = years.partner_id
            and cells.financial_year = years.financial_year
            and years.feed = 'contacts'
    left join {{ ref('int_feed_completeness') }} as presence
        on cells.financial_year = presence.financial_year and presence.feed = 'contacts'

)

select * from final
