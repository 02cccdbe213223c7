//! The API key by which an evaluation was made: its budgets count what the evaluation executes. Without
//! a reference, as executions name their key.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0068_evaluations_by_keys",
        up: "ALTER TABLE evaluations ADD api_key uuid;".to_owned(),
        down: "ALTER TABLE evaluations DROP api_key;",
    }
}
