//! Transactions of bank statements.

use super::Sql;
use crate::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

const SEARCHED: Names<'_> =
    Names { table: "bank_transactions", of: &["counterparty", "end_to_end_id", "remittance"] };

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0040_bank_transactions",
        up: format!(
            r#"
            CREATE TABLE bank_transactions (
                {COLUMNS},
                {searched},
                status text COLLATE "C" NOT NULL CHECK (status IN ('proposed', 'booked', 'ignored')),
                fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
                account text COLLATE "C" CHECK (char_length(account) BETWEEN 1 AND 40),
                amount_minor bigint NOT NULL,
                currency text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{{3}}$'),
                booked_on date NOT NULL,
                is_reversal boolean NOT NULL,
                counterparty text COLLATE "C" CHECK (char_length(counterparty) BETWEEN 1 AND 140),
                counterparty_account text COLLATE "C"
                    CHECK (char_length(counterparty_account) BETWEEN 1 AND 40),
                end_to_end_id text COLLATE "C" CHECK (char_length(end_to_end_id) BETWEEN 1 AND 140),
                remittance text COLLATE "C" CHECK (char_length(remittance) <= 10000),
                candidates uuid[] NOT NULL CHECK (cardinality(candidates) <= 10),
                payment_id uuid,
                UNIQUE (organization_id, fingerprint),
                FOREIGN KEY (organization_id, payment_id)
                    REFERENCES payments (organization_id, id),
                CONSTRAINT bank_transactions_booked_check
                    CHECK ((status = 'booked') = (payment_id IS NOT NULL))
            );
            CREATE INDEX bank_transactions_created_at_idx
                ON bank_transactions (organization_id, created_at, id);
            CREATE INDEX bank_transactions_status_idx
                ON bank_transactions (organization_id, status, created_at, id);
            CREATE INDEX bank_transactions_payment_idx
                ON bank_transactions (organization_id, payment_id);
            {protect}
            {found}
            "#,
            protect = tenancy.protect_for("bank_transactions", "SELECT, INSERT, UPDATE"),
            searched = SEARCHED.columns(),
            found = SEARCHED.found(tenancy),
        ),
        down: "ALTER TABLE bank_transactions NO INHERIT found_bank_transactions;
            DROP TABLE found_bank_transactions;
            DROP TABLE bank_transactions;",
    }
}
