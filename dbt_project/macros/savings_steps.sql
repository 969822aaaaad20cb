{# The steps of the waterfall, in order: `numbered` as rows, `that_apply` as the list of those that
   would take the claim away. The first of them does: this is the one place where it is decided which
   that is. Conditions are of the columns that int_savings_years joins; steps without one are amounts
   (int_savings_counted). Where a claim goes `with_costs`, so do its costs; else they count against
   the place, whatever is wrong with the claim. #}
{% macro savings_steps(form) -%}
    {% set steps = [
        ('claimed', false, ''),
        ('not_cash_releasing', true, "saving_class not in ('cash_releasing', 'one_off')"),
        ('one_off', true, "saving_class = 'one_off' or not recurrent"),
        ('not_sustained', true, "sustained = 'lapsed'"),
        ('started_before_2008', true, "start_date < date '2008-04-01'"),
        ('claimed_before_start', false, 'claimed_pence > 0 and start_date > year_end'),
        ('planned_or_stopped', false,
            "claimed_pence > 0 and delivery_state in ('planned', 'stopped')"),
        ('above_baseline', false, 'is_above_baseline'),
        ('quality_fell', false, 'claimed_pence > 0 and quality_fell'),
        ('prices_not_known', false, 'not prices_known'),
        ('costs', false, ''),
        ('duplicates', false, ''),
        ('partly_lapsed', false, ''),
        ('displaced', false, ''),
        ('no_baseline', true,
            'baseline_pence is null or baseline_date is null or start_date is null'),
        ('late_baseline', true, 'baseline_date >= start_date'),
        ('shares_do_not_add_up', true, 'not shares_add_up')
    ] %}
    {% set rows, conditions = [], [] %}
    {% for step, with_costs, condition in steps %}
        {% do rows.append("(" ~ loop.index ~ ", '" ~ step ~ "', " ~ with_costs | lower ~ ")") %}
        {% if condition %}
            {% do conditions.append("case when " ~ condition ~ " then '" ~ step ~ "' end") %}
        {% endif %}
    {% endfor %}
    {{ 'values ' ~ rows | join(', ') if form == 'numbered' else
        'list_filter([' ~ conditions | join(', ') ~ '], lambda step: step is not null)' }}
{%- endmacro %}
