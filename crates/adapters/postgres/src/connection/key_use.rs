use std::{fmt::Write as _, sync::LazyLock};

use crate::sql::Sql;

/// The statement of [`KeyUse::lock_alone`].
static ALONE: LazyLock<String> = LazyLock::new(|| format!("SELECT {}", held("$1::text")));

/// The use of an idempotency key, as the text whose hash is locked: organization, principal, operation
/// and key.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyUse(pub String);

impl KeyUse {
    /// The column `held` of a message without parameters: whether the lock was free. The text is of a
    /// client, so it is written as hexadecimal digits only.
    pub fn lock(&self) -> String {
        let mut digits = String::with_capacity(2 * self.0.len());
        for byte in self.0.bytes() {
            // Writing into a text does not fail.
            let _ = write!(digits, "{byte:02x}");
        }
        held(&format!("convert_from('\\x{digits}'::bytea, 'UTF8')"))
    }

    /// The same lock as a statement by itself, whose text is the same for all keys.
    pub fn lock_alone(&self) -> Sql {
        Sql::fixed(&ALONE, vec![self.0.as_str().into()])
    }
}

/// The column `held`: tries to lock the hash of this text until the transaction ends.
fn held(text: &str) -> String {
    format!("pg_try_advisory_xact_lock(hashtextextended({text}, 0)) AS held")
}
