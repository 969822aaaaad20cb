"""What the build reads, and what dbt needs around it: inputs as Parquet, the parsed project."""
