"""What good means: the rule catalogue, and the Great Expectations suites."""
