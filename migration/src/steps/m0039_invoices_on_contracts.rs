//! Invoices on contracts, and what a final one deducts.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0039_invoices_on_contracts",
        up: r"
            ALTER TABLE invoices
                ADD contract_id uuid,
                ADD allow_over_billing boolean NOT NULL DEFAULT false,
                ADD deductions jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(deductions) = 'array')
                    CHECK (octet_length(deductions::text) <= 131072),
                ADD FOREIGN KEY (organization_id, contract_id)
                    REFERENCES contracts (organization_id, id),
                ADD CONSTRAINT invoices_contract_check
                    CHECK (contract_id IS NOT NULL OR kind IN ('standard', 'credit_note'));
            ALTER TABLE invoices ALTER deductions DROP DEFAULT;
            CREATE INDEX invoices_contract_idx ON invoices (organization_id, contract_id, id);
            ALTER TABLE invoice_lines ADD contract_position smallint
                CHECK (contract_position BETWEEN 1 AND 500);"
            .to_owned(),
        down: "ALTER TABLE invoice_lines DROP contract_position;
            ALTER TABLE invoices DROP contract_id, DROP allow_over_billing, DROP deductions;",
    }
}
