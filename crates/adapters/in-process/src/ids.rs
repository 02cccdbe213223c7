use std::sync::{Mutex, PoisonError};

use plinth_domain::Timestamp;
use plinth_ports::Ids;
use uuid::Uuid;

/// The identity that was made last for a given time.
static LAST: Mutex<u128> = Mutex::new(0);

/// UUIDs of version 7 (RFC 9562). Within the process each is greater than the one before: a
/// counter orders those of the same millisecond.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7;

impl Ids for UuidV7 {
    #[expect(clippy::disallowed_methods, reason = "the one adapter that may make identities")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }

    #[expect(clippy::disallowed_methods, reason = "the one adapter that may make identities")]
    fn at(&self, time: Timestamp) -> Uuid {
        // RFC 9562, 5.7 and 6.2 (method 3): 48 bits of milliseconds, 12 bits of a fraction of a
        // millisecond, 62 random bits.
        let micros = u128::try_from(time.timestamp_micros()).unwrap_or_default();
        let (millis, fraction) = (micros / 1000, (micros % 1000) * 4096 / 1000);
        let random = Uuid::new_v4().as_u128() & (u128::MAX >> 66);
        let mut id = millis << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random;
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if *last >> 64 == id >> 64 {
            // Of one unit of work: greater than the one before, by a random step.
            let next = *last + 1 + (random & 0xffff_ffff);
            id = if next >> 62 == *last >> 62 { next } else { id };
        }
        *last = id;
        Uuid::from_u128(id)
    }
}
