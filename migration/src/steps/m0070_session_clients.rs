//! The clients of sessions: what a user sees of them, and by which a new device is noticed.

use super::Sql;

pub(super) fn step() -> Sql {
    Sql {
        name: "m0070_session_clients",
        up: r#"ALTER TABLE sessions
                ADD address text COLLATE "C",
                ADD device text COLLATE "C",
                ADD CONSTRAINT sessions_address_check
                    CHECK (char_length(address) BETWEEN 2 AND 45) NOT VALID,
                ADD CONSTRAINT sessions_device_check
                    CHECK (char_length(device) BETWEEN 1 AND 200) NOT VALID;"#
            .to_owned(),
        down: "ALTER TABLE sessions DROP address, DROP device;",
    }
}
