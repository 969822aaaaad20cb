"""The columns of the files the dbt project reads, in the types in which Python writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa

from orchestration.contracts.feeds import DUCKDB_TYPES, FEEDS

Value = str | int | bool | date | Decimal | None
Row = dict[str, Value]

# The files beside raw, column by column, in the types in which Python writes them.
INPUTS: dict[str, dict[str, str]] = {
    "submissions": {
        "receipt_id": "VARCHAR", "seq": "BIGINT", "submission_id": "VARCHAR",
        "partner_id": "VARCHAR", "feed": "VARCHAR", "period": "VARCHAR", "period_kind": "VARCHAR",
        "period_start": "DATE", "period_end": "DATE", "file_name": "VARCHAR",
        "file_sha256": "VARCHAR", "bytes": "BIGINT", "verdict": "VARCHAR", "status": "VARCHAR",
        "in_force": "BOOLEAN",
        "synthetic": "BOOLEAN", "rows_in": "BIGINT", "rows_accepted": "BIGINT",
        "rows_set_aside": "BIGINT", "rows_non_data": "BIGINT", "pence_accepted": "BIGINT",
        "pence_set_aside": "BIGINT", "rows_unpriced": "BIGINT", "certification": "VARCHAR",
        "layout_id": "VARCHAR", "coverage": "VARCHAR",
        "public_access": "VARCHAR", "basis": "VARCHAR", "accounting": "VARCHAR",
        "price_basis": "VARCHAR", "vat_basis": "VARCHAR",
    },
    "line_sources": {
        "submission_id": "VARCHAR", "sources_key": "VARCHAR", "body_id": "VARCHAR",
        "financial_year": "VARCHAR", "reading": "VARCHAR", "is_read": "BOOLEAN",
    },
    "kept_parts": {
        "release_id": "VARCHAR", "body_id": "VARCHAR", "financial_year": "VARCHAR",
        "part_key": "VARCHAR",
    },
    "set_aside": {
        "submission_id": "VARCHAR", "sheet": "VARCHAR", "source_row": "BIGINT", "codes": "VARCHAR",
        "amount_pence": "BIGINT", "initiative_id": "VARCHAR",
    },
    "findings": {
        "receipt_id": "VARCHAR", "submission_id": "VARCHAR", "partner_id": "VARCHAR",
        "feed": "VARCHAR", "period": "VARCHAR", "file_name": "VARCHAR", "code": "VARCHAR",
        "level": "VARCHAR", "field": "VARCHAR", "heading": "VARCHAR", "message": "VARCHAR",
        "fix": "VARCHAR", "row_count": "BIGINT", "amount_pence": "BIGINT",
        "first_sheet": "VARCHAR", "first_row": "BIGINT", "explanation": "VARCHAR",
        "explained_by": "VARCHAR",
    },
    "partners": {
        "partner_id": "VARCHAR", "name": "VARCHAR", "short_name": "VARCHAR", "kind": "VARCHAR",
        "in_place": "BOOLEAN", "valid_from": "DATE", "valid_to": "DATE", "gss_code": "VARCHAR",
        "ods_code": "VARCHAR",
    },
    "partner_aliases": {"partner_id": "VARCHAR", "alias": "VARCHAR"},
    "feeds": {
        "partner_id": "VARCHAR", "feed": "VARCHAR", "basis": "VARCHAR", "accounting": "VARCHAR",
        "cadence": "VARCHAR", "expected_from": "DATE", "expected_to": "DATE", "due_days": "BIGINT",
    },
    "expected_periods": {
        "partner_id": "VARCHAR", "feed": "VARCHAR", "financial_year": "VARCHAR",
        "period": "VARCHAR", "period_start": "DATE", "period_end": "DATE", "due_date": "DATE",
        "asked_for": "BOOLEAN",
    },
    "departments": {
        "partner_id": "VARCHAR", "rule_no": "BIGINT", "field": "VARCHAR", "how": "VARCHAR",
        "match": "VARCHAR", "department_class": "VARCHAR", "scope": "VARCHAR",
    },
    "decisions": {
        "decision_no": "BIGINT", "decided_on": "DATE", "decided_by": "VARCHAR",
        "pattern_id": "VARCHAR", "partner_id": "VARCHAR", "department": "VARCHAR",
        "area": "VARCHAR", "account": "VARCHAR", "theme": "VARCHAR", "reason": "VARCHAR",
    },
    "code_map": {
        "partner_id": "VARCHAR", "rule_id": "VARCHAR", "theme": "VARCHAR",
        "service_code": "VARCHAR", "share": "DECIMAL(9,8)", "grade": "VARCHAR",
        "department": "VARCHAR", "area": "VARCHAR", "account": "VARCHAR",
        "account_code": "VARCHAR", "supplier": "VARCHAR", "valid_from": "DATE",
        "valid_to": "DATE", "source": "VARCHAR", "key_id": "VARCHAR", "key_vintage": "VARCHAR",
    },
    "organisations": {
        "organisation_id": "VARCHAR", "name": "VARCHAR", "short_name": "VARCHAR",
        "kind": "VARCHAR", "partner_id": "VARCHAR", "in_group": "BOOLEAN", "is_listed": "BOOLEAN",
        "valid_from": "DATE",
        "valid_to": "DATE", "successor_id": "VARCHAR", "gss_code": "VARCHAR",
        "ods_code": "VARCHAR",
    },
    "organisation_aliases": {
        "organisation_id": "VARCHAR", "alias": "VARCHAR", "kind": "VARCHAR",
    },
    "organisation_vat": {"organisation_id": "VARCHAR", "vat_no": "VARCHAR"},
    "pools": {
        "pool_id": "VARCHAR", "name": "VARCHAR", "host_id": "VARCHAR", "theme": "VARCHAR",
    },
    "footprints": {
        "partner_id": "VARCHAR", "key_id": "VARCHAR", "driver": "VARCHAR", "key_year": "VARCHAR",
        "vintage": "VARCHAR", "inside_count": "BIGINT", "total_count": "BIGINT",
    },
    "apportionment_keys": {
        "key_id": "VARCHAR", "driver": "VARCHAR", "key_year": "VARCHAR", "vintage": "VARCHAR",
        "area": "VARCHAR", "area_count": "BIGINT", "source": "VARCHAR",
    },
    "postcodes": {
        "postcode": "VARCHAR", "easting": "BIGINT", "northing": "BIGINT", "district": "VARCHAR",
    },
    "outlines": {
        "area_code": "VARCHAR", "area_name": "VARCHAR", "ring_no": "BIGINT", "point_no": "BIGINT",
        "easting": "BIGINT", "northing": "BIGINT",
    },
    "disclosure": {
        "feed": "VARCHAR", "suppress_from": "BIGINT", "suppress_to": "BIGINT",
        "round_to": "BIGINT", "reason": "VARCHAR",
    },
    "access_settings": {"walking_metres": "BIGINT", "reason": "VARCHAR"},
    "count_settings": {
        "place_name": "VARCHAR", "window_days": "BIGINT", "price_release": "VARCHAR",
        "price_base_year": "VARCHAR",
    },
}  # fmt: skip

ARROW: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "DECIMAL(9,8)": pa.decimal128(9, 8),
    "DECIMAL(18,4)": pa.decimal128(18, 4),
}


def raw_columns(feed: str) -> dict[str, str]:
    """The columns of a feed's raw Parquet file and their DuckDB types, in order."""
    fields = FEEDS[feed].fields
    return {
        "submission_id": "VARCHAR",
        "file_sha256": "VARCHAR",
        "sheet": "VARCHAR",
        "source_row": "BIGINT",
        **{f.name: DUCKDB_TYPES[f.type] for f in fields},
        **FEEDS[feed].beside,
        **{f"{f.name}_as_submitted": "VARCHAR" for f in fields},
    }
