-- One row: the place's efficiency target, and what about it is not confirmed. While anything is
-- unknown nothing may be divided by it.
select
    target_id,
    name as target_name,
    amount_pence as target_pence,
    coalesce(basis, 'not_confirmed') as target_basis,
    coalesce(start_year, 'not_confirmed') as start_year,
    coalesce(end_year, 'not_confirmed') as end_year,
    coalesce(price_basis, 'not_confirmed') as price_basis,
    coalesce(net_or_gross, 'not_confirmed') as net_or_gross,
    coalesce(bodies, 'not_confirmed') as bodies,
    nullif(concat_ws(
        ', ',
        case when amount_pence is null then 'amount' end,
        case when basis is null then 'basis' end,
        case when start_year is null then 'start year' end,
        case when end_year is null then 'end year' end,
        case when price_basis is null then 'prices' end,
        case when net_or_gross is null then 'net or gross' end,
        case when bodies is null then 'bodies' end
    ), '') as target_unknowns,
    source
from {{ ref('efficiency_target') }}
