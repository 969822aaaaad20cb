-- One row per flow a body tells in its funding return, with both sides as the bodies that are
-- meant in that year. `payer_id` or `payee_id` is null where the name is no public body's we know.
with names as (

    select * from {{ ref('int_organisation_names') }}

),

lines as (

    select
        *,
        {{ name_core(fold('payer')) }} as payer_core,
        {{ name_core(fold('payee')) }} as payee_core,
        case when len(trim(payer)) = 32 then {{ squeezed_capitals('payer') }} end as payer_cut,
        case when len(trim(payee)) = 32 then {{ squeezed_capitals('payee') }} end as payee_cut
    from {{ ref('stg_funding_lines') }}

),

final as (

    select
        lines.submission_id,
        lines.sheet,
        lines.source_row,
        lines.partner_id,
        lines.financial_year,
        lines.agreement_id,
        lines.flow,
        lines.pool_id,
        lines.payer,
        lines.payee,
        payer.meant_id as payer_id,
        payee.meant_id as payee_id,
        -- By which a ledger's income and a return are known to speak of one payer.
        coalesce(payer.meant_id, lines.payer_core) as source_key,
        coalesce(payer.in_group, false) as payer_in_group,
        coalesce(payee.in_group, false) as payee_in_group,
        coalesce(lines.theme, 'untold') as theme,
        lines.amount_pence
    from lines
    left join names as payer_name
        on lines.payer_core = payer_name.spelling and payer_name.written = 'name'
    left join names as payer_cut_name
        on
            lines.payer_cut = payer_cut_name.spelling
            and payer_cut_name.written = 'truncated'
    left join {{ ref('int_organisation_years') }} as payer
        on
            coalesce(payer_name.body_id, payer_cut_name.body_id)
            = payer.body_id
            and lines.financial_year = payer.financial_year
    left join names as payee_name
        on lines.payee_core = payee_name.spelling and payee_name.written = 'name'
    left join names as payee_cut_name
        on
            lines.payee_cut = payee_cut_name.spelling
            and payee_cut_name.written = 'truncated'
    left join {{ ref('int_organisation_years') }} as payee
        on
            coalesce(payee_name.body_id, payee_cut_name.body_id)
            = payee.body_id
            and lines.financial_year = payee.financial_year

)

select * from final
