-- One row per combination: the payee's name as it may be shown outside raw.
-- A name is shown only with evidence that it is an organisation's; a sign of a person outweighs all
-- evidence but a legal form.
with evidence as (

    select * from {{ ref('payee_evidence') }}
    where kind in ('person_label', 'person_pay_group', 'organisation_pay_group')

),

texts as (

    select distinct unnest([area_text, account_text, department_text]) as text
    from {{ ref('int_spend_combinations') }}

),

person_labels as (

    select distinct texts.text
    from (
        select
            text,
            unnest(string_split(text, ' ')) as token
        from texts
    ) as texts
    inner join evidence
        on
            evidence.kind = 'person_label'
            and texts.token = split_part(evidence.phrase, ' ', 1)
            and {{ holds_phrase('texts.text', 'evidence.phrase') }}

),

weighed as (

    select
        c.combination_key,
        c.supplier_name,
        s.supplier_text is not null as is_named,
        s.is_redacted,
        s.has_legal_form,
        s.in_master,
        (
            s.has_organisation_word
            or s.names_provider
            or coalesce(group_kind.kind = 'organisation_pay_group', false)
            or (s.has_article and s.supporting_words > 0)
            -- Two words beside the trade may be a given name and a surname.
            or (c.has_vat_no and s.trade_words > 0 and s.own_words = 1)
        ) as has_evidence,
        (
            s.has_person_phrase
            -- Whoever trades under a name may be one person, unless we know all the names.
            or (s.has_trading_name and not s.in_master)
            or coalesce(group_kind.kind = 'person_pay_group', false)
            or c.area_text in (select text from person_labels)
            or c.account_text in (select text from person_labels)
            or c.department_text in (select text from person_labels)
            -- `SURNAME, First`: one word, a comma, and no more than three words after it.
            or regexp_full_match(
                trim(c.supplier_name), '[\p{L}''’-]+\s*,\s*[\p{L}''’.-]+(\s+[\p{L}''’.-]+){0,2}'
            )
        ) as has_person_sign
    from {{ ref('int_spend_combinations') }} as c
    left join {{ ref('int_suppliers') }} as s on c.supplier_text = s.supplier_text
    left join evidence as group_kind
        on
            group_kind.kind in ('person_pay_group', 'organisation_pay_group')
            and c.pay_group_text = group_kind.phrase

),

final as (

    select
        combination_key,
        case
            when supplier_name is null then null
            when not is_named or is_redacted then '[withheld]'
            when has_legal_form then supplier_name
            when has_person_sign then '[withheld]'
            when in_master or has_evidence then supplier_name
            else '[withheld]'
        end as supplier_name
    from weighed

)

select * from final
