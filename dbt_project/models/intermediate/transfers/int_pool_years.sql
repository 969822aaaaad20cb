-- One row per pool, financial year and funder, with what it contributed, and one without a funder
-- for what the pool spent, which is the host's alone (rule 4). The host reports both; where it does
-- not mention a funder, the funder's own return counts.
with reported as (

    select
        f.financial_year,
        f.pool_id,
        p.host_id,
        coalesce(f.payer_id, 'unknown') as funder_id,
        -- What a host puts in itself is its own resources; whatever else it pays is drawn.
        coalesce(f.payer_id = p.host_id, false) and f.flow <> 'own_resources' as is_drawing,
        f.partner_id = p.host_id as by_host,
        f.amount_pence
    from {{ ref('int_reported_flows') }} as f
    inner join {{ ref('stg_contract_pools') }} as p on f.pool_id = p.pool_id
    where
        (f.payee_id = p.host_id and f.partner_id in (f.payer_id, p.host_id))
        or (f.payer_id = p.host_id and f.partner_id = p.host_id)

),

sums as (

    select
        financial_year,
        pool_id,
        host_id,
        funder_id,
        is_drawing,
        by_host,
        sum(amount_pence)::bigint as pence
    from reported
    group by financial_year, pool_id, host_id, funder_id, is_drawing, by_host

),

contributions as (

    select
        financial_year,
        pool_id,
        host_id,
        funder_id,
        pence as contributed_pence,
        0::bigint as spent_pence
    from sums
    where not is_drawing
    qualify row_number() over (
        partition by financial_year, pool_id, funder_id order by by_host desc
    ) = 1

),

drawings as (

    select
        financial_year,
        pool_id,
        host_id,
        null as funder_id,
        0::bigint as contributed_pence,
        pence as spent_pence
    from sums
    where is_drawing

)

select * from contributions
union all
select * from drawings
