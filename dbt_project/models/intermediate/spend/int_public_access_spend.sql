-- One row per financial year, body with spend in force and service of public access: what it spends
-- on that means of reaching its services, and whether its files can show it. Spend that the files
-- cannot show is null, never 0. A body outside the place is shown, under its own scope.
with submitted as (

    select
        s.financial_year,
        s.partner_id,
        case when p.in_place then 'in_scope' else 'outside_place' end as scope,
        case
            when bool_and(s.public_access = 'observable') then 'observable'
            when bool_and(s.public_access = 'not_observable') then 'not_observable'
            else 'partly_observable'
        end as observability
    from {{ ref('int_submission_years') }} as s
    inner join {{ ref('stg_contract_partners') }} as p on s.partner_id = p.partner_id
    where s.in_force and s.feed = 'spend'
    group by s.financial_year, s.partner_id, p.in_place

),

cells as (

    select
        financial_year,
        partner_id,
        service_code,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(lines)::bigint as lines,
        sum(gross_pence)::bigint as gross_pence,
        sum(eliminated_pence)::bigint as eliminated_pence,
        sum(net_pence)::bigint as net_pence,
        sum(in_scope_net_pence)::bigint as in_scope_net_pence,
        sum(sure_pence)::bigint as sure_pence,
        sum(likely_pence)::bigint as likely_pence
    from {{ ref('int_net_spend') }}
    where theme = 'public_access' and scope in ('in_scope', 'outside_place')
    group by financial_year, partner_id, service_code

),

final as (

    select
        submitted.financial_year,
        submitted.partner_id,
        submitted.scope,
        submitted.observability,
        services.service_code,
        services.channel,
        cells.price_basis,
        cells.vat_basis,
        coalesce(cells.lines, 0) as lines,
        coalesce(cells.gross_pence, without_lines.pence) as gross_pence,
        coalesce(cells.eliminated_pence, without_lines.pence) as eliminated_pence,
        coalesce(cells.net_pence, without_lines.pence) as net_pence,
        coalesce(cells.in_scope_net_pence, without_lines.pence) as in_scope_net_pence,
        coalesce(cells.sure_pence, without_lines.pence) as sure_pence,
        coalesce(cells.likely_pence, without_lines.pence) as likely_pence
    from submitted
    inner join
        (values ('observable', 0), ('partly_observable', null), ('not_observable', null))
            as without_lines (observability, pence)
        on submitted.observability = without_lines.observability
    cross join {{ ref('service') }} as services
    left join cells
        on
            submitted.financial_year = cells.financial_year
            and submitted.partner_id = cells.partner_id
            and services.service_code = cells.service_code
    where services.theme = 'public_access'

)

select * from final
