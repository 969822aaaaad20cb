-- One row per receipt, with the financial year its period starts in. The columns of a receipt are
-- declared in orchestration/intake/ledger/receipt.py, and all of them are passed on.
with source as (

    select * from {{ source('inputs', 'submissions') }}

),

final as (

    select
        *,
        {{ financial_year('period_start') }} as financial_year
    from source

)

select * from final  -- noqa: AM04
