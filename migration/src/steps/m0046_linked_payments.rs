//! Payments that were entered before the bank stated them.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0046_linked_payments",
        up: "ALTER TABLE bank_transactions ADD candidate_payment_id uuid,
                ADD is_linked boolean NOT NULL DEFAULT false,
                ADD CHECK (NOT is_linked OR payment_id IS NOT NULL),
                ADD UNIQUE (organization_id, payment_id),
                ADD FOREIGN KEY (organization_id, candidate_payment_id)
                    REFERENCES payments (organization_id, id);
            ALTER TABLE bank_transactions ALTER is_linked DROP DEFAULT;
            DROP INDEX bank_transactions_payment_idx;
            CREATE INDEX payments_amount_idx
                ON payments (organization_id, amount_minor, received_on);
            CREATE INDEX bank_transactions_candidate_payment_idx
                ON bank_transactions (organization_id, candidate_payment_id);"
            .to_owned(),
        down: "DROP INDEX payments_amount_idx;
            DROP INDEX bank_transactions_candidate_payment_idx;
            CREATE INDEX bank_transactions_payment_idx
                ON bank_transactions (organization_id, payment_id);
            ALTER TABLE bank_transactions DROP candidate_payment_id, DROP is_linked,
                DROP CONSTRAINT bank_transactions_organization_id_payment_id_key;",
    }
}
