-- The yardstick: what one engineer would write by hand to get, from the same CSV files, every table
-- of a release that holds lines or sums of lines, sorted, in a DuckDB file. bench.py writes them as
-- Parquet, and the short ones as CSV.
-- Left out: receipts, findings and questions, the other feeds, transfers between bodies and pools,
-- dated contracts, evidence for payees beyond their legal form, what changed since the release
-- before, what a year lacks, tests, expectations, audit, seals, workbooks, report.
-- $landing is set by the benchmark; file globs name feeds, never partners.
CREATE TABLE line AS
SELECT
    regexp_extract(filename, '([^/]+)/spend/[^/]+$', 1) AS body_id,
    regexp_extract(filename, '[^/]+$') AS file_name,
    row_number() OVER (PARTITION BY filename) + 1 AS source_row,
    coalesce(
        try_strptime("PAYMENT DATE", ['%d-%b-%y', '%d-%b-%Y']), try_strptime("Payment Date", '%Y-%m-%d')
    )::DATE AS line_date,
    trim(coalesce("DEPARTMENT", "Department")) AS department,
    trim(coalesce("SUPPLIER NAME", "Beneficiary")) AS supplier_name,
    trim(coalesce("ACCOUNT DESCRIPTION", "Purpose of expenditure")) AS account,
    trim(coalesce("PAY GROUP", "Merchant category")) AS pay_group,
    round(
        coalesce(
            TRY_CAST(translate("NET AMOUNT", '£,', '') AS DECIMAL(18, 2)),
            TRY_CAST(translate("Amount", '£,', '') AS DECIMAL(18, 2))
        ) * 100
    )::BIGINT AS amount_pence
FROM read_csv(
    getvariable('landing') || '/*/spend/*.csv', header = true, all_varchar = true,
    union_by_name = true, filename = true, encoding = 'latin-1'
)
WHERE coalesce("NET AMOUNT", "Amount") IS NOT NULL;

-- The rules look at distinct combinations of labels and payee, not at every line.
CREATE TABLE combination AS
WITH texts AS (
    SELECT DISTINCT
        body_id, department, account, supplier_name, pay_group,
        lower(concat_ws(' ', department, account)) AS labels,
        lower(supplier_name) AS payee
    FROM line
)
SELECT
    *,
    CASE
        WHEN regexp_matches(labels, 'substance misuse|drug|alcohol|daat|detox') THEN 'drug_alcohol'
        WHEN regexp_matches(labels, 'customer service|contact centre|one stop shop|website team|reception')
            THEN 'public_access'
        WHEN regexp_matches(labels, 'school|library|highway|waste|residential') THEN 'other'
        ELSE 'unclassified'
    END AS theme,
    CASE
        WHEN department ILIKE 'capital%' THEN 'capital'
        WHEN department ILIKE 'balance%' THEN 'balance_sheet'
        WHEN department ILIKE 'collection%' THEN 'collection_fund'
        ELSE 'in_scope'
    END AS scope,
    CASE
        WHEN regexp_matches(payee, '\b(ltd|limited|plc|llp|council|trust|university|college|nhs)\b')
            THEN supplier_name
        ELSE '[withheld]'
    END AS shown_name
FROM texts;

CREATE TABLE fct_spend_line AS
SELECT
    md5(file_name)[:10] || '-' || source_row AS line_id,
    line.body_id,
    'spend' AS feed,
    strftime(line_date, '%Y-%m') AS period,
    CASE WHEN month(line_date) >= 4 THEN year(line_date) ELSE year(line_date) - 1 END AS financial_year,
    line_date,
    c.theme,
    c.scope,
    upper(c.theme) AS service_code,
    amount_pence,
    c.shown_name AS supplier_name,
    'RULE-' || c.theme AS classification_rule,
    'sure' AS evidence_grade,
    line.department,
    line.account,
    line.pay_group,
    'payments_over_500' AS basis,
    'cash' AS accounting,
    true AS synthetic,
    md5(file_name) AS submission_id,
    file_name,
    source_row
FROM line
INNER JOIN combination AS c
    ON
        line.body_id = c.body_id
        AND line.department IS NOT DISTINCT FROM c.department
        AND line.account IS NOT DISTINCT FROM c.account
        AND line.supplier_name IS NOT DISTINCT FROM c.supplier_name
        AND line.pay_group IS NOT DISTINCT FROM c.pay_group
ORDER BY submission_id, source_row;

CREATE TABLE fct_spend_line_theme AS
SELECT
    line_id, submission_id, source_row, body_id, financial_year, theme, service_code,
    1::DECIMAL(9, 8) AS share, amount_pence, classification_rule, evidence_grade, scope,
    -- The cell of the count in which the line is counted: the way from a figure to its lines.
    md5(concat_ws('|', financial_year, body_id, scope, theme, service_code, basis, accounting))[:10]
        AS cell_id
FROM fct_spend_line
ORDER BY submission_id, source_row, theme;

CREATE TABLE fct_spend_cell AS
SELECT
    cell_id, financial_year, body_id, scope, theme, service_code, count(*) AS lines,
    sum(amount_pence)::BIGINT AS gross_pence,
    coalesce(sum(amount_pence) FILTER (amount_pence < 0), 0)::BIGINT AS credits_pence,
    coalesce(sum(amount_pence) FILTER (scope = 'in_scope'), 0)::BIGINT AS in_scope_pence,
    coalesce(sum(amount_pence) FILTER (evidence_grade = 'sure'), 0)::BIGINT AS sure_pence
FROM fct_spend_line_theme
GROUP BY ALL ORDER BY ALL;

-- Lines that a saving is held against: those of a department, before and after it began.
CREATE TABLE fct_savings_evidence_line AS
SELECT
    'S-' || department AS initiative_id, financial_year, submission_id, source_row, amount_pence
FROM fct_spend_line
WHERE theme IN ('drug_alcohol', 'public_access')
ORDER BY ALL;

CREATE TABLE fct_place_spend AS
SELECT
    financial_year, body_id, scope, theme, service_code, basis, count(*) AS lines,
    sum(amount_pence)::BIGINT AS gross_pence,
    coalesce(sum(amount_pence) FILTER (amount_pence < 0), 0)::BIGINT AS credits_pence
FROM fct_spend_line_theme INNER JOIN (SELECT DISTINCT body_id, basis FROM fct_spend_line) USING (body_id)
GROUP BY ALL ORDER BY ALL;

CREATE TABLE fct_drug_alcohol_spend AS
SELECT financial_year, body_id, scope, supplier_name, count(*) AS lines, sum(amount_pence)::BIGINT AS pence
FROM fct_spend_line WHERE theme = 'drug_alcohol' GROUP BY ALL ORDER BY ALL;

CREATE TABLE fct_public_access_spend AS
SELECT financial_year, body_id, service_code, count(*) AS lines, sum(amount_pence)::BIGINT AS pence
FROM fct_spend_line WHERE theme = 'public_access' AND scope = 'in_scope' GROUP BY ALL ORDER BY ALL;

CREATE TABLE fct_funding_flow AS
SELECT financial_year, theme, body_id AS payer_id, supplier_name AS payee_name, sum(amount_pence)::BIGINT AS pence
FROM fct_spend_line WHERE scope = 'in_scope' GROUP BY ALL ORDER BY ALL;

CREATE TABLE fct_classification_rule AS
SELECT classification_rule, theme, evidence_grade, body_id, financial_year, count(*) AS lines,
    sum(amount_pence)::BIGINT AS pence
FROM fct_spend_line_theme GROUP BY ALL ORDER BY ALL;

CREATE TABLE fct_partner_scorecard AS
SELECT body_id, financial_year, count(DISTINCT submission_id) AS files, count(*) AS lines,
    sum(amount_pence)::BIGINT AS pence
FROM fct_spend_line GROUP BY ALL ORDER BY ALL;

CREATE TABLE fct_provider_payment AS
SELECT financial_year, body_id, theme, supplier_name <> '[withheld]' AS is_organisation,
    sum(amount_pence)::BIGINT AS pence
FROM fct_spend_line WHERE scope = 'in_scope' GROUP BY ALL ORDER BY ALL;

CREATE TABLE fct_place_reconciliation AS
SELECT financial_year, sum(gross_pence)::BIGINT AS gross_pence,
    coalesce(sum(gross_pence) FILTER (scope = 'in_scope' AND theme <> 'unclassified'), 0)::BIGINT
        AS classified_pence,
    coalesce(sum(gross_pence) FILTER (scope = 'in_scope' AND theme = 'unclassified'), 0)::BIGINT
        AS unclassified_pence,
    coalesce(sum(gross_pence) FILTER (scope <> 'in_scope'), 0)::BIGINT AS out_of_scope_pence
FROM fct_spend_cell GROUP BY ALL ORDER BY ALL;

CREATE TABLE v_spend_by_body_year AS
SELECT financial_year, body_id, theme, (sum(gross_pence) / 100)::DECIMAL(18, 2) AS gross_pounds
FROM fct_spend_cell GROUP BY ALL ORDER BY ALL;

CREATE TABLE v_unclassified_pattern AS
SELECT body_id, department, account, min(financial_year) AS first_year,
    max(financial_year) AS last_year, count(*) AS lines,
    (sum(amount_pence) / 100)::DECIMAL(18, 2) AS gross_pounds
FROM fct_spend_line WHERE theme = 'unclassified' GROUP BY ALL ORDER BY ALL;

CREATE TABLE v_repeated_line AS
SELECT min(line_id) AS first_line_id, body_id, theme, line_date, supplier_name, department, account,
    amount_pence, count(*) AS lines
FROM fct_spend_line
WHERE theme IN ('drug_alcohol', 'public_access') AND line_date IS NOT NULL AND amount_pence <> 0
GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL;

CREATE TABLE fct_submission AS
SELECT md5(regexp_extract(filename, '[^/]+$')) AS submission_id, sha256(content) AS file_sha256
FROM read_blob(getvariable('landing') || '/*/spend/*.csv')
ORDER BY ALL;

CREATE TABLE dim_period AS
SELECT DISTINCT period, financial_year FROM fct_spend_line ORDER BY ALL;

DROP TABLE line;
DROP TABLE combination;
