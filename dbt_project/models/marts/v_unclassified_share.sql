-- One row per body and financial year, in pounds: how much of what it reports, in every scope, no
-- rule put anywhere. Amounts are signed: a credit takes off.
with spend as (

    select
        body_id,
        financial_year,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(lines)::bigint as lines,
        sum(gross_pence)::bigint as gross_pence,
        coalesce(sum(lines) filter (theme = 'unclassified'), 0)::bigint as unclassified_lines,
        coalesce(sum(gross_pence) filter (theme = 'unclassified'), 0)::bigint
            as unclassified_pence,
        max(body_periods_expected) as body_periods_expected,
        max(body_periods_present) as body_periods_present,
        max(partners_expected) as partners_expected,
        max(partners_present) as partners_present,
        max(place_periods_expected) as place_periods_expected,
        max(place_periods_present) as place_periods_present
    from {{ ref('fct_place_spend') }}
    group by body_id, financial_year

)

select
    spend.body_id,
    partners.short_name as body_name,
    spend.financial_year,
    spend.price_basis,
    spend.vat_basis,
    spend.lines,
    {{ pounds('spend.gross_pence') }} as gross_pounds,
    spend.unclassified_lines,
    {{ pounds('spend.unclassified_pence') }} as unclassified_pounds,
    case
        when spend.gross_pence > 0
            then {{ divide_round(
                'spend.unclassified_pence::hugeint * 1000', 'spend.gross_pence'
            ) }}
    end::bigint as unclassified_per_mille,
    spend.body_periods_expected,
    spend.body_periods_present,
    {{ passed_on('spend') }}
from spend
inner join {{ ref('dim_partner') }} as partners on spend.body_id = partners.body_id
