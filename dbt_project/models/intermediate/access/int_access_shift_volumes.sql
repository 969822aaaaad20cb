-- One row per financial year after the base year, body of the place and channel of either year:
-- its contacts then and now. The base year is the first year that is complete.
with volumes as (

    select
        v.financial_year,
        v.partner_id,
        v.channel,
        v.contacts,
        y.is_contacts_complete,
        min(v.financial_year) filter (y.is_contacts_complete)
            over (partition by v.partner_id) as base_year
    from {{ ref('int_access_volumes') }} as v
    inner join {{ ref('int_access_cost_years') }} as y
        on v.financial_year = y.financial_year and v.partner_id = y.partner_id

),

years as (

    select distinct
        financial_year,
        partner_id,
        base_year,
        is_contacts_complete
    from volumes
    where financial_year > base_year

),

cells as (

    select distinct
        years.*,
        volumes.channel
    from years
    inner join volumes
        on
            years.partner_id = volumes.partner_id
            and volumes.financial_year in (years.base_year, years.financial_year)

),

final as (

    select
        cells.financial_year,
        cells.partner_id,
        cells.channel,
        cells.base_year,
        cells.is_contacts_complete,
        coalesce(base.contacts, 0) as base_contacts,
        coalesce(this.contacts, 0) as contacts,
        sum(coalesce(base.contacts, 0)) over whole_year::bigint as base_total_contacts,
        sum(coalesce(this.contacts, 0)) over whole_year::bigint as total_contacts
    from cells
    left join volumes as base
        on
            cells.partner_id = base.partner_id
            and cells.channel = base.channel
            and cells.base_year = base.financial_year
    left join volumes as this
        on
            cells.partner_id = this.partner_id
            and cells.channel = this.channel
            and cells.financial_year = this.financial_year
    window whole_year as (partition by cells.financial_year, cells.partner_id)

)

select * from final
