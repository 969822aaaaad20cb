-- One row per provider of drug and alcohol services: a public body, a provider that the rules know,
-- or a name as its payers write it; names that differ only in letter case, legal form or a payer's
-- site code are one provider.
with names as (

    select
        {{ provider_key('delivery', 'provider_id', 'provider_name') }} as provider_id,
        trim(split_part(provider_name, '&&', 1)) as provider_name,
        sum(abs(gross_pence)) as weight
    from {{ ref('int_net_spend') }}
    where theme = 'drug_alcohol'
    group by all

),

named as (

    select
        provider_id,
        arg_max(provider_name, (weight, provider_name)) as provider_name
    from names
    group by provider_id

),

groups as (

    select
        provider_id,
        min(provider_group) as provider_group
    from {{ ref('provider_alias') }}
    group by provider_id

)

select
    named.provider_id,
    case named.provider_id
        when 'withheld' then '[withheld]'
        when 'own_delivery' then 'Own delivery'
        when 'not_reported' then 'Not reported'
        else coalesce(bodies.name, named.provider_name, named.provider_id)
    end as provider_name,
    case
        when bodies.body_id is not null then 'public_body'
        when groups.provider_id is not null then 'known_provider'
        when named.provider_id in ('withheld', 'own_delivery', 'not_reported')
            then named.provider_id
        else 'named'
    end as provider_kind,
    coalesce(groups.provider_group, 'none') as provider_group,
    bodies.body_id
from named
left join {{ ref('stg_contract_bodies') }} as bodies on named.provider_id = bodies.body_id
left join groups on named.provider_id = groups.provider_id
