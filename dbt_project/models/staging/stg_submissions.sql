-- One row per receipt, with the financial years its period starts and ends in, which are two for a
-- calendar year and else one. The columns of a receipt are
-- declared in orchestration/intake/ledger/receipt.py, and all of them are passed on.
with source as (

    select * from {{ source('inputs', 'submissions') }}

),

final as (

    select
        *,
        {{ financial_year('period_start') }} as financial_year,
        {{ financial_year('period_end') }} as last_financial_year
    from source

)

select * from final  -- noqa: AM04
