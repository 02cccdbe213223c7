//! When an operator suspended an organization. Its own status does not tell: it is suspended, too, while
//! its removal is pending.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0103_suspended_by_operator",
        up: "ALTER TABLE organizations ADD suspended_by_operator_at timestamptz".to_owned(),
        down: "ALTER TABLE organizations DROP suspended_by_operator_at",
    }
}
