-- One row per pool, financial year and funder: what went in and, on the host's side alone, what the
-- pool spent. The host tells of both; where it is silent on a funder, the funder's own word counts.
with told as (

    select
        f.financial_year,
        f.pool_id,
        p.host_id,
        coalesce(f.payer_id, 'unknown') as funder_id,
        -- What a host puts in itself are its own resources; whatever else it pays is drawn.
        coalesce(f.payer_id = p.host_id, false) and f.flow <> 'own_resources' as is_drawing,
        f.partner_id = p.host_id as by_host,
        sum(f.amount_pence)::bigint as pence
    from {{ ref('int_reported_flows') }} as f
    inner join {{ ref('stg_contract_pools') }} as p on f.pool_id = p.pool_id
    where
        (f.payee_id = p.host_id and f.partner_id in (f.payer_id, p.host_id))
        or (f.payer_id = p.host_id and f.partner_id = p.host_id)
    group by all

),

-- The host's own row comes first, so that of two words for one contribution its counts.
contributions as (

    select
        financial_year,
        pool_id,
        host_id,
        funder_id,
        pence as contributed_pence
    from told
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
        pence as spent_pence
    from told
    where is_drawing

),

final as (

    select
        financial_year,
        pool_id,
        host_id,
        funder_id,
        contributed_pence,
        0::bigint as spent_pence
    from contributions
    union all
    select
        financial_year,
        pool_id,
        host_id,
        null as funder_id,
        0 as contributed_pence,
        spent_pence
    from drawings

)

select * from final
