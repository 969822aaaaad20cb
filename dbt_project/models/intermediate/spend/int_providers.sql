{{ config(materialized = 'ephemeral') }}
-- One row per folded supplier name: the provider it is known to be, if any; whether the name holds
-- that of a service for drugs or alcohol, of two words or more, so that no surname is one; and
-- whether every part of it (before and after `T/A`) is the full name of a body or provider we know.
with names as (

    select distinct supplier_text as text
    from {{ ref('int_spend_combinations') }}
    where supplier_text is not null

),

tokens as (

    select distinct
        text,
        unnest(string_split(text, ' ')) as token
    from names

),

parts as (

    select
        text,
        {{ name_core('part') }} as core
    from (
        select
            text,
            unnest(regexp_split_to_array(text, ' (t a|ta|trading as) ')) as part
        from names
    ) as split

),

aliases as (

    select
        provider_id,
        provider_group,
        match,
        {{ fold('alias') }} as alias,
        split_part({{ fold('alias') }}, ' ', 1) as first_token
    from {{ ref('provider_alias') }}

),

provider_hits as (

    select
        tokens.text,
        aliases.provider_id,
        aliases.provider_group,
        aliases.alias
    from tokens
    inner join aliases
        on
            tokens.token = aliases.first_token
            and aliases.match = 'phrase'
            and {{ holds_phrase('tokens.text', 'aliases.alias') }}
    union all
    select
        parts.text,
        aliases.provider_id,
        aliases.provider_group,
        aliases.alias
    from parts
    inner join aliases on parts.core = aliases.alias

),

-- The longest name wins: `Turning Point Residential Childcare` is not `Turning Point`.
providers as (

    select
        text,
        provider_id,
        provider_group,
        provider_group in ('drug_charity', 'drug_name', 'rehab')
        and contains(alias, ' ') as names_provider
    from provider_hits
    qualify row_number() over (
        partition by text order by length(alias) desc, provider_id desc, provider_group asc
    ) = 1

),

known as (

    -- The organisation master: every part of the name is a public body's or a provider's full name.
    select
        parts.text,
        bool_and(master.name is not null) as in_master
    from parts
    left join (
        select {{ name_core(fold('alias')) }} as name
        from {{ ref('stg_contract_body_aliases') }}
        where kind <> 'code'
        union
        select alias from aliases
    ) as master on parts.core = master.name
    group by parts.text

),

final as (

    select
        known.text,
        known.in_master,
        providers.provider_id,
        providers.provider_group,
        coalesce(providers.names_provider, false) as names_provider
    from known
    left join providers on known.text = providers.text

)

select * from final
