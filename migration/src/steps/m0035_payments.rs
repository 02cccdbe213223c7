//! Payments, and what settles invoices.

use super::Sql;
use crate::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

const SEARCHED: Names<'_> = Names { table: "payments", of: &["reference", "note"] };

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0035_payments",
        up: [payments(tenancy), allocations(tenancy), KEPT.to_owned()].join("\n"),
        down: "ALTER TABLE payments NO INHERIT found_payments;
            DROP TABLE found_payments;
            DROP TABLE allocations;
            DROP TABLE payments;
            DROP FUNCTION keep_payment();",
    }
}

fn payments(tenancy: Tenancy<'_>) -> String {
    format!(
        r#"
        CREATE TABLE payments (
            {COLUMNS},
            {searched},
            party_id uuid NOT NULL,
            direction text NOT NULL CHECK (direction IN ('received', 'sent')),
            status text NOT NULL CHECK (status IN ('recorded', 'reversed')),
            amount_minor bigint NOT NULL CHECK (amount_minor > 0),
            currency text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{{3}}$'),
            allocated_minor bigint NOT NULL CHECK (allocated_minor BETWEEN 0 AND amount_minor),
            method text NOT NULL CHECK (method IN
                ('bank_transfer', 'direct_debit', 'card', 'cash', 'cheque', 'other')),
            reference text COLLATE "C" CHECK (char_length(reference) BETWEEN 1 AND 140),
            received_on date NOT NULL,
            note text COLLATE "C" CHECK (char_length(note) <= 10000),
            reverses_id uuid,
            refunds_id uuid,
            metadata jsonb NOT NULL CHECK (jsonb_typeof(metadata) = 'object')
                CHECK (octet_length(metadata::text) <= 32768),
            UNIQUE (organization_id, reference),
            UNIQUE (organization_id, reverses_id),
            FOREIGN KEY (organization_id, party_id) REFERENCES parties (organization_id, id),
            FOREIGN KEY (organization_id, reverses_id) REFERENCES payments (organization_id, id),
            FOREIGN KEY (organization_id, refunds_id) REFERENCES payments (organization_id, id),
            CONSTRAINT payments_reversed_check CHECK (status = 'recorded' OR allocated_minor = 0)
        );
        CREATE INDEX payments_created_at_idx ON payments (organization_id, created_at, id);
        CREATE INDEX payments_updated_at_idx ON payments (organization_id, updated_at, id);
        CREATE INDEX payments_party_idx ON payments (organization_id, party_id, id);
        CREATE INDEX payments_refunds_idx ON payments (organization_id, refunds_id);
        CREATE INDEX payments_received_on_idx ON payments (organization_id, received_on, id);
        {protect}
        {found}
        "#,
        protect = tenancy.protect_for("payments", "SELECT, INSERT, UPDATE"),
        searched = SEARCHED.columns(),
        found = SEARCHED.found(tenancy),
    )
}

/// The application's role can only add rows.
fn allocations(tenancy: Tenancy<'_>) -> String {
    format!(
        r"
        CREATE TABLE allocations (
            {COLUMNS},
            invoice_id uuid NOT NULL,
            payment_id uuid,
            credit_note_id uuid,
            kind text NOT NULL CHECK (kind IN
                ('payment', 'cash_discount', 'credit_note', 'write_off')),
            amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
            allocated_on date NOT NULL,
            FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id),
            FOREIGN KEY (organization_id, payment_id) REFERENCES payments (organization_id, id),
            FOREIGN KEY (organization_id, credit_note_id) REFERENCES invoices (organization_id, id),
            CONSTRAINT allocations_source_check CHECK (CASE kind
                WHEN 'credit_note' THEN credit_note_id IS NOT NULL AND payment_id IS NULL
                WHEN 'write_off' THEN credit_note_id IS NULL AND payment_id IS NULL
                ELSE payment_id IS NOT NULL AND credit_note_id IS NULL END)
        );
        CREATE INDEX allocations_invoice_idx ON allocations (organization_id, invoice_id, id);
        CREATE INDEX allocations_payment_idx ON allocations (organization_id, payment_id, id);
        CREATE INDEX allocations_credit_note_idx
            ON allocations (organization_id, credit_note_id, id);
        {protect}
        ",
        protect = tenancy.protect_for("allocations", "SELECT, INSERT"),
    )
}

/// What a payment is never changes, also for the application's role; what describes it does. What was
/// taken back stays so.
const KEPT: &str = r"
    CREATE FUNCTION keep_payment() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        described text[] :=
            '{status,allocated_minor,reference,note,metadata,version,updated_at,folded,search}';
    BEGIN
        IF OLD.status = 'reversed' AND NEW.status <> 'reversed'
            OR to_jsonb(NEW) - described <> to_jsonb(OLD) - described THEN
            RAISE EXCEPTION 'a payment never changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_payment() FROM PUBLIC;
    CREATE TRIGGER payments_kept AFTER UPDATE ON payments
        FOR EACH ROW EXECUTE FUNCTION keep_payment();";
