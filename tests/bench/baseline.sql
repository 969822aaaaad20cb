-- The yardstick: what one engineer would write by hand for one afternoon's answer, from the same
-- CSV files to the same marts, with no receipts, no findings, no evidence, no audit.
-- $landing and $out are set by the benchmark; file globs name feeds, never partners.
CREATE TABLE line AS
SELECT
    filename AS source_file,
    coalesce(
        try_strptime("PAYMENT DATE", ['%d-%b-%y', '%d-%b-%Y']), try_strptime("Payment Date", '%Y-%m-%d')
    )::DATE AS line_date,
    coalesce("DEPARTMENT", "Department") AS department,
    coalesce("SUPPLIER NAME", "Beneficiary") AS supplier_name,
    coalesce("ACCOUNT DESCRIPTION", "Purpose of expenditure") AS account,
    round(
        coalesce(
            TRY_CAST(translate("NET AMOUNT", '£,', '') AS DECIMAL(18, 2)),
            TRY_CAST("Amount" AS DECIMAL(18, 2))
        ) * 100
    )::BIGINT AS amount_pence
FROM read_csv(
    getvariable('landing') || '/*/spend/*.csv', header = true, all_varchar = true,
    union_by_name = true, filename = true, encoding = 'latin-1'
)
WHERE coalesce("NET AMOUNT", "Amount") IS NOT NULL;

CREATE TABLE fct_spend_line AS
SELECT
    *,
    split_part(source_file, '/', -3) AS partner_id,
    CASE
        WHEN regexp_matches(lower(concat(department, ' ', account)),
            'substance misuse|drug|alcohol|daat|detox') THEN 'drug_alcohol'
        WHEN regexp_matches(lower(concat(department, ' ', account)),
            'customer service|contact centre|one stop shop|website team|reception')
            THEN 'public_access'
        ELSE 'other'
    END AS theme,
    CASE
        WHEN department ILIKE 'capital%' THEN 'capital'
        WHEN department ILIKE 'balance%' THEN 'balance_sheet'
        ELSE 'in_scope'
    END AS scope,
    CASE WHEN month(line_date) >= 4 THEN year(line_date) ELSE year(line_date) - 1 END AS financial_year
FROM line;

CREATE TABLE fct_spend_line_theme AS
SELECT source_file, partner_id, financial_year, theme, 1::DECIMAL(9, 8) AS share, amount_pence, scope
FROM fct_spend_line;

CREATE TABLE fct_place_spend AS
SELECT financial_year, partner_id, scope, theme, count(*) AS lines, sum(amount_pence)::BIGINT AS gross_pence
FROM fct_spend_line_theme GROUP BY ALL;

CREATE TABLE fct_drug_alcohol_spend AS
SELECT * FROM fct_place_spend WHERE theme = 'drug_alcohol' AND scope = 'in_scope';

CREATE TABLE fct_public_access_spend AS
SELECT * FROM fct_place_spend WHERE theme = 'public_access' AND scope = 'in_scope';

CREATE TABLE fct_partner_scorecard AS
SELECT partner_id, financial_year, count(DISTINCT source_file) AS files, count(*) AS lines,
    sum(amount_pence)::BIGINT AS pence
FROM fct_spend_line GROUP BY ALL;
