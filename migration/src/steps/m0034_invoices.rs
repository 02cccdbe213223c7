//! Invoices, their lines, and the series of their numbers.

use super::Sql;
use crate::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

const SEARCHED: Names<'_> = Names {
    table: "invoices",
    of: &["number", "supplier_number", "counterparty", "purchase_order", "note"],
};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0034_invoices",
        up: [
            invoices(tenancy),
            lines(tenancy),
            series(tenancy),
            KEPT.to_owned(),
            REPLIES.to_owned(),
        ]
        .join("\n"),
        down: "ALTER TABLE idempotency_keys
                DROP CONSTRAINT idempotency_keys_body_size_check,
                ADD CONSTRAINT idempotency_keys_body_size_check
                    CHECK (octet_length(body) <= 65536) NOT VALID;
            ALTER TABLE invoices NO INHERIT found_invoices;
            DROP TABLE found_invoices;
            DROP TABLE number_series;
            DROP TABLE invoice_lines;
            DROP TABLE invoices;
            DROP FUNCTION keep_invoice();
            DROP FUNCTION keep_invoice_lines();",
    }
}

fn invoices(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE invoices (
            {COLUMNS},
            {searched},
            direction text NOT NULL CHECK (direction IN ('receivable', 'payable')),
            kind text NOT NULL CHECK (kind IN ('standard', 'partial', 'final', 'credit_note')),
            status text NOT NULL CHECK (status IN
                ('draft', 'issued', 'partially_paid', 'paid', 'void', 'written_off')),
            number text COLLATE "C" CHECK (char_length(number) BETWEEN 1 AND 40),
            corrects_id uuid,
            party_id uuid NOT NULL,
            project_id uuid,
            supplier_number text COLLATE "C" CHECK (char_length(supplier_number) BETWEEN 1 AND 100),
            counterparty text COLLATE "C" CHECK (char_length(counterparty) BETWEEN 1 AND 200),
            currency text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{{3}}$'),
            price_mode text NOT NULL CHECK (price_mode IN ('net', 'gross')),
            issued_on date,
            due_on date CHECK (due_on >= issued_on OR status = 'draft'),
            service_from date,
            service_until date CHECK (service_until >= service_from),
            payment_terms_days smallint CHECK (payment_terms_days BETWEEN 0 AND 365),
            discounts jsonb NOT NULL CHECK (jsonb_typeof(discounts) = 'array')
                CHECK (octet_length(discounts::text) <= 1024),
            buyer_reference text COLLATE "C" CHECK (char_length(buyer_reference) BETWEEN 1 AND 100),
            purchase_order text COLLATE "C" CHECK (char_length(purchase_order) BETWEEN 1 AND 100),
            note text COLLATE "C" CHECK (char_length(note) <= 10000),
            language text CHECK (language IN ('de', 'en')),
            retention smallint NOT NULL CHECK (retention BETWEEN 0 AND 10000),
            cash_unit smallint NOT NULL CHECK (cash_unit IN (1, 5, 10, 20, 50, 100)),
            adjustments jsonb NOT NULL CHECK (jsonb_typeof(adjustments) = 'array')
                CHECK (octet_length(adjustments::text) <= 65536),
            lines_minor bigint NOT NULL,
            allowances_minor bigint NOT NULL,
            charges_minor bigint NOT NULL,
            net_minor bigint NOT NULL CHECK (net_minor = lines_minor - allowances_minor + charges_minor),
            vat jsonb NOT NULL CHECK (jsonb_typeof(vat) = 'array')
                CHECK (octet_length(vat::text) <= 131072),
            tax_minor bigint NOT NULL,
            gross_minor bigint NOT NULL CHECK (gross_minor = net_minor + tax_minor),
            prepaid_minor bigint NOT NULL,
            rounding_minor bigint NOT NULL,
            due_minor bigint NOT NULL CHECK (due_minor = gross_minor - prepaid_minor + rounding_minor),
            retained_minor bigint NOT NULL CHECK (retained_minor BETWEEN 0 AND greatest(due_minor, 0)),
            settled_minor bigint NOT NULL CHECK (settled_minor >= 0),
            written_off_minor bigint NOT NULL CHECK (written_off_minor >= 0),
            parties jsonb CHECK (jsonb_typeof(parties) = 'object')
                CHECK (octet_length(parties::text) <= 65536),
            metadata jsonb NOT NULL CHECK (jsonb_typeof(metadata) = 'object')
                CHECK (octet_length(metadata::text) <= 32768),
            UNIQUE (organization_id, number),
            FOREIGN KEY (organization_id, party_id) REFERENCES parties (organization_id, id),
            FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
            FOREIGN KEY (organization_id, corrects_id) REFERENCES invoices (organization_id, id),
            CONSTRAINT invoices_issued_check CHECK (CASE WHEN status = 'draft'
                THEN number IS NULL AND parties IS NULL AND settled_minor = 0 AND written_off_minor = 0
                ELSE number IS NOT NULL AND parties IS NOT NULL AND issued_on IS NOT NULL END),
            CONSTRAINT invoices_settled_check CHECK (status = 'draft'
                OR settled_minor + written_off_minor <= due_minor)
        );
        CREATE UNIQUE INDEX invoices_supplier_number_key ON invoices
            (organization_id, party_id, supplier_number, (extract(year FROM issued_on)))
            WHERE supplier_number IS NOT NULL AND status <> 'void';
        CREATE INDEX invoices_created_at_idx ON invoices (organization_id, created_at, id);
        CREATE INDEX invoices_updated_at_idx ON invoices (organization_id, updated_at, id);
        CREATE INDEX invoices_party_idx ON invoices (organization_id, party_id, id);
        CREATE INDEX invoices_project_idx ON invoices (organization_id, project_id, id);
        CREATE INDEX invoices_corrects_idx ON invoices (organization_id, corrects_id, id);
        CREATE INDEX invoices_due_idx ON invoices (organization_id, due_on, id)
            WHERE status IN ('issued', 'partially_paid');
        {protect}
        {found}
        "#,
        protect = tenancy.protect("invoices"),
        searched = SEARCHED.columns(),
        found = SEARCHED.found(tenancy),
    )
}

fn lines(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE invoice_lines (
            {COLUMNS},
            invoice_id uuid NOT NULL,
            position smallint NOT NULL CHECK (position BETWEEN 1 AND 500),
            text text COLLATE "C" NOT NULL CHECK (char_length(text) BETWEEN 1 AND 2000),
            quantity numeric(18, 6) NOT NULL,
            unit text COLLATE "C" NOT NULL CHECK (unit ~ '^[A-Z0-9]{{2,3}}$'),
            unit_price numeric(18, 6) NOT NULL CHECK (unit_price >= 0),
            discount_rate smallint CHECK (discount_rate BETWEEN 0 AND 10000),
            discount_stated_minor bigint CHECK (discount_stated_minor >= 0),
            vat_category text NOT NULL CHECK (vat_category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
            vat_rate smallint NOT NULL CHECK (vat_rate BETWEEN 0 AND 10000),
            exemption_reason text COLLATE "C" CHECK (char_length(exemption_reason) BETWEEN 1 AND 300),
            amount_minor bigint NOT NULL,
            discount_minor bigint NOT NULL,
            net_minor bigint NOT NULL,
            UNIQUE (organization_id, invoice_id, position),
            FOREIGN KEY (organization_id, invoice_id)
                REFERENCES invoices (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT invoice_lines_discount_check
                CHECK (discount_rate IS NULL OR discount_stated_minor IS NULL)
        );
        {protect}
        "#,
        protect = tenancy.protect("invoice_lines"),
    )
}

fn series(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE number_series (
            {COLUMNS},
            kind text COLLATE "C" NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 32),
            year integer NOT NULL CHECK (year BETWEEN 0 AND 9999),
            pattern text COLLATE "C" NOT NULL CHECK (char_length(pattern) BETWEEN 1 AND 100),
            last_number bigint NOT NULL CHECK (last_number > 0),
            last_issued_on date NOT NULL,
            UNIQUE (organization_id, kind, year)
        );
        {protect}
        "#,
        protect = tenancy.protect("number_series"),
    )
}

/// A stored answer shows an invoice with all of its lines. Their texts are those of one request, of
/// 256 KiB.
const REPLIES: &str = "
    ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_body_size_check,
        ADD CONSTRAINT idempotency_keys_body_size_check
            CHECK (octet_length(body) <= 2097152) NOT VALID;";

/// An issued invoice never changes, also for the application's role. The lines of an invoice are checked
/// once for a statement. The trigger runs after the checks of the foreign keys, whose names sort before
/// its own.
const KEPT: &str = r"
    CREATE FUNCTION keep_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        settled text[] := '{status,settled_minor,written_off_minor,version,updated_at,folded,search}';
    BEGIN
        IF TG_OP = 'DELETE' OR NEW.status = 'draft'
            OR to_jsonb(NEW) - settled <> to_jsonb(OLD) - settled THEN
            RAISE EXCEPTION 'an issued invoice never changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_invoice() FROM PUBLIC;
    CREATE TRIGGER invoices_kept AFTER UPDATE OR DELETE ON invoices
        FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION keep_invoice();

    CREATE FUNCTION keep_invoice_lines() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION 'a line is never updated' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM touched t JOIN public.invoices i
            ON i.organization_id = t.organization_id AND i.id = t.invoice_id
            WHERE i.status <> 'draft') THEN
            RAISE EXCEPTION 'the lines of an issued invoice never change'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_invoice_lines() FROM PUBLIC;
    CREATE TRIGGER invoice_lines_added AFTER INSERT ON invoice_lines
        REFERENCING NEW TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION keep_invoice_lines();
    CREATE TRIGGER invoice_lines_changed BEFORE UPDATE ON invoice_lines
        FOR EACH STATEMENT EXECUTE FUNCTION keep_invoice_lines();
    CREATE TRIGGER invoice_lines_removed AFTER DELETE ON invoice_lines
        REFERENCING OLD TABLE AS touched
        FOR EACH STATEMENT EXECUTE FUNCTION keep_invoice_lines();";
