//! The hash of an entry, over the entry and the hash before it. A later change of an entry would
//! have to change every hash after it, the last one included, of which a copy may exist elsewhere.

use plinth_domain::{JsonObject, OrganizationId};
use plinth_ports::{ChainHash, JournalRecord};
use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub(crate) const NOTHING: ChainHash = [0; 32];

/// Names the encoding; a changed encoding needs a new name.
const VERSION: &[u8] = b"plinth journal 1";

/// SHA-256 over the fields in a fixed order, each with its length in front (8 bytes, big-endian),
/// so that the encoding is unambiguous. An absent field has the length 2^64 - 1 and no bytes.
/// Numbers are 8 bytes, big-endian; the time is in microseconds since 1970; JSON is encoded as the
/// store returns it.
pub(crate) fn hash(
    previous: &ChainHash,
    organization: OrganizationId,
    number: i64,
    record: &JournalRecord,
) -> ChainHash {
    let mut fields = Fields(Sha256::new());
    fields.add(VERSION);
    fields.add(previous);
    fields.add(organization.uuid().as_bytes());
    fields.add(&number.to_be_bytes());
    fields.add(record.id.uuid().as_bytes());
    fields.add(&record.at.timestamp_micros().to_be_bytes());
    fields.add(record.actor_kind.as_bytes());
    fields.add_some(record.actor_id.as_ref().map(uuid::Uuid::as_bytes));
    fields.add(record.action.as_bytes());
    fields.add(record.subject_kind.as_bytes());
    fields.add_some(record.subject_id.as_ref().map(uuid::Uuid::as_bytes));
    fields.add_some(record.project_id.as_ref().map(uuid::Uuid::as_bytes));
    fields.add_some(record.before.as_ref().map(JsonObject::as_str));
    fields.add_some(record.after.as_ref().map(JsonObject::as_str));
    fields.add(record.outcome.name().as_bytes());
    fields.add(&[u8::from(record.audit_only)]);
    fields.add(record.request_id.as_bytes());
    fields.add_some(record.trace_parent.as_ref());
    fields.add_some(record.address.as_ref());
    fields.0.finalize().into()
}

struct Fields(Sha256);

impl Fields {
    fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn add_some(&mut self, bytes: Option<impl AsRef<[u8]>>) {
        match bytes {
            Some(bytes) => self.add(bytes.as_ref()),
            None => self.0.update(u64::MAX.to_be_bytes()),
        }
    }
}

#[cfg(test)]
mod tests;
