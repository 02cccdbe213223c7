use std::fmt::Write as _;

/// The use of an idempotency key, as the text whose hash is locked: organization, principal, operation
/// and key.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyUse(pub String);

impl KeyUse {
    /// The column `held` of a message without parameters: whether the lock was free. The text is of a
    /// client, so it is written as hexadecimal digits only.
    pub fn lock(&self) -> String {
        let mut lock = String::from("pg_try_advisory_xact_lock(hashtextextended(convert_from('\\x");
        for byte in self.0.bytes() {
            // Writing into a text does not fail.
            let _ = write!(lock, "{byte:02x}");
        }
        lock.push_str("'::bytea, 'UTF8'), 0)) AS held");
        lock
    }
}
