-- One row per folded supplier name: the provider it is known to be, if any, and the evidence in the
-- name that it is an organisation's.
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

evidence as (

    select
        tokens.text,
        count(distinct e.phrase) filter (e.kind = 'legal_form') as legal_forms,
        count(distinct e.phrase) filter (e.kind = 'organisation_word') as organisation_words,
        count(distinct e.phrase) filter (e.kind = 'supporting_word') as supporting_words,
        count(distinct e.phrase) filter (e.kind = 'trade_word') as trade_words,
        count(distinct e.phrase) filter (e.kind = 'person_phrase') as person_phrases,
        count(distinct e.phrase) filter (e.kind = 'trading_as') as trading_names,
        count(distinct e.phrase) filter (e.kind = 'redaction') as redactions
    from tokens
    inner join {{ ref('payee_evidence') }} as e
        on
            tokens.token = split_part(e.phrase, ' ', 1)
            and {{ holds_phrase('tokens.text', 'e.phrase') }}
    group by tokens.text

),

final as (

    select
        names.text as supplier_text,
        providers.provider_id,
        providers.provider_group,
        coalesce(providers.names_provider, false) as names_provider,
        coalesce(providers.in_master, false) as in_master,
        starts_with(names.text, 'the ') as has_article,
        array_length(list_distinct(string_split(names.text, ' ')))
        - {{ holds_phrase('names.text', "'and'") }}::int
        - coalesce(evidence.trade_words, 0) as own_words,
        coalesce(evidence.legal_forms, 0) > 0 as has_legal_form,
        coalesce(evidence.organisation_words, 0) > 0 as has_organisation_word,
        coalesce(evidence.supporting_words, 0) as supporting_words,
        coalesce(evidence.trade_words, 0) as trade_words,
        coalesce(evidence.person_phrases, 0) > 0 as has_person_phrase,
        coalesce(evidence.trading_names, 0) > 0 as has_trading_name,
        coalesce(evidence.redactions, 0) > 0 as is_redacted
    from names
    left join {{ ref('int_providers') }} as providers on names.text = providers.text
    left join evidence on names.text = evidence.text

)

select * from final
