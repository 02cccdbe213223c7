//! API keys that execute certain prompts only, and how long the last answers to a version of a prompt
//! were, so that budgets hold no more than it needs.
//!
//! A prompt that is removed stays named by a key: the key executes the others, or nothing.

use super::Sql;
use crate::tenancy::{COLUMNS, Tenancy};

pub(super) fn step(tenancy: Tenancy<'_>) -> Sql {
    Sql {
        name: "m0061_limits_of_executions",
        up: format!(
            "
            ALTER TABLE api_keys
                ADD prompts uuid[] CHECK (cardinality(prompts) BETWEEN 1 AND 20);
            CREATE TABLE answer_lengths (
                {COLUMNS},
                prompt_id uuid NOT NULL,
                prompt_version smallint NOT NULL,
                model uuid NOT NULL,
                recent bigint[] NOT NULL CHECK (cardinality(recent) BETWEEN 1 AND 64),
                UNIQUE (organization_id, prompt_id, prompt_version, model),
                FOREIGN KEY (organization_id, prompt_id, prompt_version)
                    REFERENCES prompt_versions (organization_id, prompt_id, number) ON DELETE CASCADE
            ) WITH (fillfactor = 50);
            {protect}
            ",
            protect = tenancy.protect_for("answer_lengths", "SELECT, INSERT, UPDATE"),
        ),
        down: "DROP TABLE answer_lengths; ALTER TABLE api_keys DROP prompts;",
    }
}
