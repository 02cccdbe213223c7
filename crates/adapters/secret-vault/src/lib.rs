//! Encryption of the secrets that organizations entrust: AES-256-GCM-SIV (RFC 8452) by aws-lc-rs.
//!
//! Each secret has a random key of its own, which a master key encrypts. Both encryptions authenticate
//! the organization and the secret's identity, so that a row that was moved to another tenant, or to
//! another record, does not open.

mod cipher;
mod vault;

pub use vault::{KEY_BYTES, MasterKey, MasterKeys};
