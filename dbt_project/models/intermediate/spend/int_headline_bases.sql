-- One row per headline figure that adds up amounts (headline, measure, year and body, null where it
-- is of all): the prices and the VAT of what it adds up, mixed over unlike ones.
with spend as (

    select
        cells.theme || '_spend' as headline,
        cells.scope as measure,
        cells.financial_year,
        case when not whole.is_of_place then cells.partner_id end as body_id,
        cells.price_basis,
        cells.vat_basis
    from {{ ref('int_net_spend') }} as cells
    inner join (values (false), (true)) as whole (is_of_place)
        on not whole.is_of_place or cells.scope = 'in_scope'
    where cells.theme in ('drug_alcohol', 'public_access')
    union all
    select
        'unclassified_spend' as headline,
        theme as measure,
        null as financial_year,
        null as body_id,
        price_basis,
        vat_basis
    from {{ ref('int_net_spend') }}
    where theme = 'unclassified'

),

-- What a measure of the place adds up; of what may be double, both sides are spend of the group.
place as (

    select
        'place_spend' as headline,
        m.measure,
        cells.financial_year,
        null as body_id,
        cells.price_basis,
        cells.vat_basis
    from {{ ref('int_net_spend') }} as cells
    cross join (
        values
        ('gross'), ('eliminated'), ('out_of_scope'), ('in_scope_net'), ('possible_double_count')
    ) as m (measure)
    where case m.measure
        when 'gross' then true
        when 'eliminated' then cells.eliminated_pence <> 0
        when 'out_of_scope' then cells.net_pence <> cells.in_scope_net_pence
        when 'in_scope_net' then cells.scope = 'in_scope'
        else cells.in_group and cells.scope <> 'income'
    end

),

-- A register's amounts in another year's prices are converted to cash, where there is an index.
registers as (

    select
        'savings' as headline,
        m.measure,
        lines.financial_year,
        null as body_id,
        case
            when prices.base_year is not null then 'cash'
            else coalesce(lines.price_base, s.price_basis)
        end as price_basis,
        s.vat_basis
    from {{ ref('stg_savings_lines') }} as lines
    inner join {{ ref('stg_submissions') }} as s on lines.submission_id = s.submission_id
    left join {{ ref('int_prices') }} as prices
        on lines.price_base = prices.base_year and lines.financial_year = prices.financial_year
    cross join (values ('counted'), ('claimed'), ('recurring')) as m (measure)
    where lines.in_place

),

ledgers as (

    select
        'savings' as headline,
        'evidenced' as measure,
        lines.claim_year as financial_year,
        null as body_id,
        s.price_basis,
        s.vat_basis
    from {{ ref('int_savings_evidence_lines') }} as lines
    inner join {{ ref('stg_submissions') }} as s on lines.submission_id = s.submission_id
    where lines.role = 'scope'

),

target as (

    select
        'savings_target' as headline,
        'amount' as measure,
        null as financial_year,
        null as body_id,
        coalesce(price_basis, 'not_confirmed') as price_basis,
        'not_stated' as vat_basis
    from {{ ref('efficiency_target') }}

),

final as (

    select * from spend
    union all
    select * from place
    union all
    select * from registers
    union all
    select * from ledgers
    union all
    select * from target

)

select
    headline,
    measure,
    financial_year,
    body_id,
    {{ one_basis('price_basis') }} as price_basis,
    {{ one_basis('vat_basis') }} as vat_basis
from final
group by headline, measure, financial_year, body_id
