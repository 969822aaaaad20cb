-- One row per state of how long gains have lasted: the same savings as in fct_target_progress,
-- split by whether they lasted two full years after their first. The two add up to all that counts.
{{ savings_so_far('sustained', 'years.sustained', ['confirmed', 'provisional']) }}
