-- The one row of the efficiency target: its amount, and whether what it counts is confirmed. While
-- any of its terms is not, nothing may be said to be a share of it.
with terms as (

    select
        amount_pence,
        concat_ws(
            ', ',
            case when basis is null then 'basis' end,
            case when coalesce(start_year, end_year) is null then 'years' end,
            case when price_basis is null then 'price base' end,
            case when net_or_gross is null then 'net or gross' end,
            case when bodies is null then 'bodies' end
        ) as unknowns
    from {{ ref('efficiency_target') }}

)

select
    amount_pence as pence,
    case when unknowns = '' then 'stated' else 'not_confirmed' end as status,
    case
        when unknowns <> ''
            then concat(
                'The target''s ', unknowns,
                ' are not confirmed, so no share of it is given.'
            )
    end as reason
from terms
