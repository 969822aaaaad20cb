-- One row per financial year and theme: what lies in the place, in cash and in real terms, and the
-- change on the year before; where the two years cannot be compared, the reason.
with years as (

    select
        financial_year,
        left(financial_year, 4)::bigint as year_no,
        theme,
        sum(in_scope_net_pence)::bigint as in_scope_net_pence,
        case when bool_and(price_status = 'deflated') then sum(real_terms_pence) end::bigint
            as real_terms_pence,
        string_agg(
            distinct concat_ws(' ', body_id, basis, price_basis, vat_basis),
            '; ' order by concat_ws(' ', body_id, basis, price_basis, vat_basis)
        ) as bodies_and_bases,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        bool_or(price_status = 'not_cash') as holds_other_prices,
        any_value(partners_expected) as partners_expected,
        any_value(partners_present) as partners_present,
        any_value(place_periods_expected) as place_periods_expected,
        any_value(place_periods_present) as place_periods_present,
        any_value(unexplained_findings) as unexplained_findings,
        bool_and(partners_present = partners_expected and partners_expected > 0) as is_complete
    from {{ ref('fct_place_spend') }}
    where scope = 'in_scope'
    group by financial_year, theme

),

-- Without a funding return what one body passes to another may be counted twice.
unreturned as (

    select left(financial_year, 4)::bigint as year_no
    from {{ ref('int_feed_completeness') }}
    where feed = 'funding' and not is_complete

),

-- Only an explicit override lets a trend cross a break in the series.
breaks as (

    select
        left(from_year, 4)::bigint as year_no,
        theme,
        min(break_id) as break_id
    from {{ ref('series_break') }}
    where not override
    group by all

),

judged as (

    select
        this.*,
        before.real_terms_pence as before_pence,
        case
            when before.year_no is null then 'no_year_before'
            when breaks.break_id is not null then 'series_break ' || breaks.break_id
            when not (this.is_complete and before.is_complete) then 'incomplete'
            when
                this.year_no in (select unreturned.year_no from unreturned)
                or before.year_no in (select unreturned.year_no from unreturned)
                then 'funding_incomplete'
            when this.bodies_and_bases <> before.bodies_and_bases then 'other_bodies_or_bases'
            when this.holds_other_prices or before.holds_other_prices then 'not_cash'
            when this.real_terms_pence is null or before.real_terms_pence is null then 'no_index'
        end as real_change_unavailable_reason
    from years as this
    left join years as before
        on this.theme = before.theme and this.year_no - 1 = before.year_no
    left join breaks
        on this.year_no = breaks.year_no and coalesce(breaks.theme, this.theme) = this.theme

),

final as (

    select
        financial_year,
        theme,
        price_basis,
        vat_basis,
        in_scope_net_pence,
        real_terms_pence,
        case
            when real_change_unavailable_reason is null then real_terms_pence - before_pence
        end::bigint as real_change_pence,
        real_change_unavailable_reason,
        partners_expected,
        partners_present,
        place_periods_expected,
        place_periods_present,
        unexplained_findings
    from judged

)

select * from final
