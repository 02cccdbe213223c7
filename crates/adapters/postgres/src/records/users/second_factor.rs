//! `users.second_factor`: one column, so that a user is copied to other cells as a whole.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use plinth_domain::Id;
use plinth_ports::{SealedSecret, SecondFactor, WrappedKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
struct Stored {
    id: Uuid,
    master_key: String,
    wrapped_key: String,
    sealed: String,
    confirmed_at: Option<DateTime<Utc>>,
    last_step: u64,
    recovery: Vec<String>,
}

/// The stored text of a factor.
pub fn encode(factor: &SecondFactor) -> String {
    let secret = &factor.secret;
    let stored = Stored {
        id: secret.id.uuid(),
        master_key: secret.key.master_key.clone(),
        wrapped_key: HEXLOWER.encode(&secret.key.bytes),
        sealed: HEXLOWER.encode(&secret.sealed),
        confirmed_at: factor.confirmed_at,
        last_step: factor.last_step,
        recovery: factor.recovery.iter().map(|hash| HEXLOWER.encode(hash)).collect(),
    };
    // Serializing strings and numbers cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

/// The factor of a stored text; `None` if the text is invalid.
pub fn decode(text: &str) -> Option<SecondFactor> {
    let stored: Stored = serde_json::from_str(text).ok()?;
    let recovery = stored.recovery.iter().map(|hash| bytes(hash)?.try_into().ok());
    Some(SecondFactor {
        secret: SealedSecret {
            id: Id::from_uuid(stored.id),
            key: WrappedKey { master_key: stored.master_key, bytes: bytes(&stored.wrapped_key)? },
            sealed: bytes(&stored.sealed)?,
        },
        confirmed_at: stored.confirmed_at,
        last_step: stored.last_step,
        recovery: recovery.collect::<Option<_>>()?,
    })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    HEXLOWER.decode(hex.as_bytes()).ok()
}
