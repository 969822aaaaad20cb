-- One row per step of the waterfall: its number, whether costs go with the claim that it takes
-- away, and whether they are off already when it does.
with steps (step_no, step, with_costs) as (

    {{ savings_steps('numbered') }}

)

select
    step_no::bigint as step_no,
    step,
    with_costs,
    step_no > max(step_no) filter (step = 'costs') over () as is_after_costs
from steps
