-- As crates/adapters/postgres reads the first page of the invoices of the large organization, one row
-- more than the page has.
\startpipeline
BEGIN READ ONLY;
SELECT set_config('app.organization_id', '00000000-0000-7000-8000-100000000100', true), set_config('app.scope', '', true);
\endpipeline
SELECT organization_id, id, direction, kind, status, number, corrects_id, party_id, project_id, contract_id,
    allow_over_billing, supplier_number, counterparty, currency, price_mode, issued_on, booked_on, due_on, service_from,
    service_until, payment_terms_days, discounts::text, buyer_reference, purchase_order, note, language,
    retention, cash_unit, adjustments::text, deductions::text, lines_minor, allowances_minor, charges_minor,
    net_minor, vat::text, tax_minor, gross_minor, prepaid_minor, rounding_minor, due_minor, retained_minor,
    settled_minor, written_off_minor, parties::text, document_id, totals_stated, created_by, edited_by,
    approved_by, approved_at, metadata::text, version, created_at, updated_at
FROM invoices
WHERE organization_id = '00000000-0000-7000-8000-100000000100'::uuid
ORDER BY created_at DESC, id DESC
LIMIT 51;
COMMIT;
