-- One row per financial year, body of the place and channel: how many contacts moved there (or
-- away, negative) since the base year, at this year's volume, and what that would save. Such a
-- saving is notional until a budget falls: it is not cash, and no savings table counts it. The rows
-- of a body's year add up to its notional saving, where each has one.
with expected as (

    select
        *,
        case
            when not is_contacts_complete then 'contacts_incomplete'
            when base_total_contacts = 0 then 'no_base_contacts'
        end as unavailable_reason,
        {{ share_out(
            'total_contacts', 'base_contacts', 'base_total_contacts',
            'financial_year, partner_id', 'channel'
        ) }} as share
    from {{ ref('int_access_shift_volumes') }}

),

shifted as (

    select
        e.*,
        case when e.unavailable_reason is null then e.share end as expected_contacts,
        case when e.unavailable_reason is null then e.contacts - e.share end as shifted_contacts,
        u.financial_year is not null as is_own,
        u.own_unit_cost_pence as own_pence,
        b.unit_cost_pence as national_pence,
        b.source as national_source,
        b.year as national_year
    from expected as e
    inner join {{ ref('access_benchmark') }} as b on e.channel = b.channel
    left join {{ ref('fct_access_unit_cost') }} as u
        on
            e.financial_year = u.financial_year
            and e.partner_id = u.body_id
            and e.channel = u.channel
            and u.own_cost_unavailable_reason is null

),

costed as (

    select
        *,
        case when is_own then own_pence else national_pence end as unit_cost_pence,
        case
            when is_own then 'own_ledger'
            when national_pence is not null then 'national_benchmark'
            else 'none'
        end as unit_cost_source
    from shifted

),

priced as (

    select
        *,
        case
            when shifted_contacts = 0 then 0
            -- Null if it is too large for a column: no absurd number in a file may stop the build.
            else try_cast(-shifted_contacts::hugeint * unit_cost_pence as bigint)
        end::bigint as notional_saving_pence
    from costed

),

final as (

    select
        priced.financial_year,
        priced.partner_id as body_id,
        priced.channel,
        priced.base_year,
        priced.base_contacts,
        priced.base_total_contacts,
        priced.contacts,
        priced.total_contacts,
        priced.expected_contacts,
        priced.shifted_contacts,
        priced.own_pence as own_unit_cost_pence,
        priced.national_pence as national_unit_cost_pence,
        priced.national_source,
        priced.national_year,
        priced.unit_cost_source,
        priced.notional_saving_pence,
        'non_cash_releasing' as saving_class,
        false as counted,
        coalesce(
            priced.unavailable_reason,
            case when priced.notional_saving_pence is null then 'no_unit_cost' end
        ) as saving_unavailable_reason,
        {{ presence('presence') }},
        {{ own_presence('priced.partner_id', 'priced.financial_year', 'contacts') }}
    from priced
    left join {{ ref('int_feed_completeness') }} as presence
        on priced.financial_year = presence.financial_year and presence.feed = 'contacts'

)

select * from final
