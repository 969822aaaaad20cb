"""The same models on Spark: dbt's adapter, the dialect it speaks, and the tables on both sides."""
