-- One row per distinct combination of body, labels, payee and ledger groups that lines carry, with
-- its folded texts, and the class and scope that the body's contract gives its department.
with labels as (

    select
        partner_id,
        combination_key,
        {{ labels() | join(', ') }}
    from {{ ref('int_read_labels') }}
    union all
    select
        partner_id,
        combination_key,
        {{ labels() | join(', ') }}
    from {{ ref('stg_kept_labels') }}

),

combinations as (

    select
        combination_key,
        any_value(partner_id) as partner_id,
        {{ any_labels() }}
    from labels
    group by combination_key

),

places as (

    select distinct
        partner_id,
        department,
        area,
        entity,
        'department' as field,
        lower(trim(department)) as value
    from combinations
    union all
    select distinct
        partner_id,
        department,
        area,
        entity,
        'area' as field,
        lower(trim(area)) as value
    from combinations
    union all
    select distinct
        partner_id,
        department,
        area,
        entity,
        'entity' as field,
        lower(trim(entity)) as value
    from combinations

),

rules as (

    select
        *,
        lower(trim(match)) as wanted
    from {{ ref('stg_contract_departments') }}

),

-- The first rule of the body's contract that fits decides both class and scope.
meaning as (

    select
        places.partner_id,
        places.department,
        places.area,
        places.entity,
        min(rules.rule_no) as rule_no
    from places
    inner join rules
        on
            places.partner_id = rules.partner_id
            and places.field = rules.field
            and (
                places.value = rules.wanted
                or (rules.how = 'starts_with' and starts_with(places.value, rules.wanted))
            )
    group by places.partner_id, places.department, places.area, places.entity

),

final as (

    select
        c.*,
        {{ fold('c.supplier_name') }} as supplier_text,
        {{ fold_label('c.department') }} as department_text,
        {{ fold_label('c.area') }} as area_text,
        {{ fold_label('c.account') }} as account_text,
        {{ fold('c.pay_group') }} as pay_group_text,
        {{ fold('c.merchant_category') }} as merchant_category_text,
        coalesce(rules.department_class, 'none') as department_class,
        case
            when c.flow_direction = 'income' then 'income'
            when not p.in_place then 'outside_place'
            else coalesce(rules.scope, 'in_scope')
        end as scope
    from combinations as c
    inner join {{ ref('stg_contract_partners') }} as p on c.partner_id = p.partner_id
    left join meaning
        on
            c.partner_id = meaning.partner_id
            and c.department is not distinct from meaning.department
            and c.area is not distinct from meaning.area
            and c.entity is not distinct from meaning.entity
    left join rules
        on
            c.partner_id = rules.partner_id
            and meaning.rule_no = rules.rule_no

)

select * from final
