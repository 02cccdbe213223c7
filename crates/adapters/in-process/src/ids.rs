use plinth_ports::Ids;
use uuid::Uuid;

/// UUIDs of version 7 (RFC 9562). Within the process each is greater than the one before: a
/// counter orders those of the same millisecond.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7;

impl Ids for UuidV7 {
    #[expect(clippy::disallowed_methods, reason = "the one adapter that may make identities")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}
