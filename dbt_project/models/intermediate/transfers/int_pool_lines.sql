-- One row per line of a funding return that counts for a pool: what a funder contributed, or what
-- the pool spent, which is the host's alone (rule 4). The host reports both; where it does not
-- mention a funder, the funder's own return counts.
with reported as (

    select
        f.submission_id,
        f.sheet,
        f.source_row,
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

)

select *
from reported
qualify
    is_drawing
    or by_host = bool_or(by_host and not is_drawing) over (
        partition by financial_year, pool_id, funder_id
    )
