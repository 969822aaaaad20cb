-- One row per receipt, with the financial year its period starts in.
with source as (

    select * from {{ source('inputs', 'submissions') }}

),

final as (

    select
        receipt_id,
        submission_id,
        partner_id,
        feed,
        period,
        period_kind,
        period_start,
        period_end,
        {{ financial_year('period_start') }} as financial_year,
        file_name,
        file_sha256,
        layout_id,
        basis,
        accounting,
        coverage,
        public_access,
        verdict,
        in_force,
        synthetic,
        seq,
        rows_in,
        rows_accepted,
        rows_set_aside,
        rows_non_data,
        pence_accepted,
        pence_set_aside
    from source

)

select * from final
