{{ config(materialized = 'ephemeral') }}
-- One row per combination and statement of its own partner about it. A statement wins over every
-- rule.
with combinations as (

    select * from {{ ref('int_spend_combinations') }}

),

stated as (

    -- The statement that names more fields goes first. A later one gets at most what is left, so
    -- that no part of a line is allocated twice.
    select
        c.combination_key,
        m.rule_id,
        m.theme,
        m.service_code,
        m.grade,
        m.share,
        row_number() over (
            partition by c.combination_key
            order by
                -(m.department is not null)::int - (m.area is not null)::int
                - (m.account is not null)::int - (m.account_code is not null)::int
                - (m.supplier is not null)::int,
                m.rule_id, m.theme
        ) as part_no
    from combinations as c
    inner join {{ ref('stg_contract_code_map') }} as m
        on
            c.partner_id = m.partner_id
            and (
                m.department is null
                or {{ squeeze('c.department') }} = {{ squeeze('m.department') }}
            )
            and (m.area is null or {{ squeeze('c.area') }} = {{ squeeze('m.area') }})
            and (m.account is null or {{ squeeze('c.account') }} = {{ squeeze('m.account') }})
            and (
                m.account_code is null
                or {{ squeeze('c.account_code') }} = {{ squeeze('m.account_code') }}
            )
            and (
                m.supplier is null
                or {{ holds_phrase('c.supplier_text', fold('m.supplier')) }}
            )
            and (m.valid_from is null or c.map_date >= m.valid_from)
            and (m.valid_to is null or c.map_date <= m.valid_to)

),

capped as (

    select
        * exclude (share),
        least(
            share,
            greatest(1 - coalesce(sum(share) over (
                partition by combination_key
                order by part_no
                rows between unbounded preceding and 1 preceding
            ), 0), 0)
        )::decimal(9, 8) as share
    from stated

)

select * from capped
where share > 0
