//! What executions were given of documents. Without a reference: the identities outlive the chunks.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0063_execution_context",
        up: "ALTER TABLE executions ADD context json
                CHECK (octet_length(context::text) <= 16384);"
            .to_owned(),
        down: "ALTER TABLE executions DROP context;",
    }
}
