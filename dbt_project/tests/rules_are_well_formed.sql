-- A rule that can never fire, or that contradicts itself, is a mistake in a seed.
select
    'label_rule ' || rule_id as what,
    phrase as detail
from {{ ref('label_rule') }}
where
    polarity not in ('positive', 'negative', 'other', 'dispute', 'context')
    or field not in (
        'label', 'account', 'area', 'department', 'supplier', 'pay_group', 'merchant_category',
        'department_class'
    )
    or how not in ('phrase', 'whole', 'start', 'end')
    or grade not in ('sure', 'likely', 'review')
    or (polarity in ('positive', 'dispute')) <> (theme in ('drug_alcohol', 'public_access'))
    or (polarity = 'dispute' and grade <> 'review')
    or (
        polarity = 'context'
        and theme not in (select s.department_class from {{ ref('supplier_rule') }} as s)
    )
    or (
        service_code is not null
        and service_code not in (select s.service_code from {{ ref('service') }} as s)
    )
union all
select
    'supplier_rule ' || rule_id as what,
    provider as detail
from {{ ref('supplier_rule') }}
where
    stage not in ('negative', 'theme', 'review', 'platform', 'late_review', 'dispute')
    or (grade is null and stage <> 'dispute')
    or (with_label is not null and with_label not in (select rule_id from {{ ref('label_rule') }}))
    or provider not in (
        select provider_id from {{ ref('provider_alias') }}
        union
        select provider_group from {{ ref('provider_alias') }}
    )
union all
select
    'provider_alias ' || provider_id as what,
    'stands in more than one group' as detail
from (
    select
        provider_id,
        count(distinct provider_group) as its_groups
    from {{ ref('provider_alias') }}
    group by provider_id
) as aliases
where its_groups > 1
union all
select
    'payee_evidence ' || kind as what,
    phrase as detail
from {{ ref('payee_evidence') }}
where
    phrase <> {{ fold('phrase') }}
    or kind not in (
        'legal_form', 'organisation_word', 'supporting_word', 'trade_word', 'person_phrase',
        'trading_as', 'redaction', 'person_label', 'person_pay_group', 'organisation_pay_group'
    )
