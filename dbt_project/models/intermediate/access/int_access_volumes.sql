-- One row per financial year, body of the place and channel: the contacts of the year, and the
-- contacts of all channels that the same service answers and pays for. Numbers that the body
-- suppressed are in neither; the year is then incomplete.
with volumes as (

    select
        c.financial_year,
        c.partner_id,
        c.channel,
        sum(c.contacts)::bigint as contacts
    from {{ ref('stg_contacts_lines') }} as c
    inner join {{ ref('stg_contract_partners') }} as p on c.partner_id = p.partner_id
    where p.in_place
    group by c.financial_year, c.partner_id, c.channel

),

final as (

    select
        volumes.financial_year,
        volumes.partner_id,
        volumes.channel,
        b.served_with,
        volumes.contacts,
        case
            when b.served_with is not null
                then sum(volumes.contacts) over (
                    partition by volumes.financial_year, volumes.partner_id, b.served_with
                )
        end::bigint as cost_contacts
    from volumes
    inner join {{ ref('access_benchmark') }} as b on volumes.channel = b.channel

)

select * from final
