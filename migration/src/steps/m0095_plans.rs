//! The plan of an organization, and what a billing system knows it by. Both are set by an operator.

use super::Sql;

/// `NOT VALID` reads no row; new ones are checked.
pub(super) fn step() -> Sql {
    Sql {
        name: "m0095_plans",
        up: "
            ALTER TABLE organizations ADD plan text, ADD billing_reference text;
            ALTER TABLE organizations
                ADD CONSTRAINT organizations_plan_check
                    CHECK (plan ~ '^[a-z0-9-]{1,50}$') NOT VALID,
                ADD CONSTRAINT organizations_billing_reference_check
                    CHECK (char_length(billing_reference) BETWEEN 1 AND 200) NOT VALID;"
            .to_owned(),
        down: "ALTER TABLE organizations DROP billing_reference, DROP plan;",
    }
}
