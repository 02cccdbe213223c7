//! One-time codes by time (RFC 6238): six digits of HMAC-SHA-1, a new code every thirty seconds.
//! Apps for such codes know no other form for certain.

use hmac::{Hmac, KeyInit, Mac};
use plinth_domain::{OneTimeCode, Timestamp};
use sha1::Sha1;

/// The seconds for which a code is shown.
pub(super) const PERIOD: i64 = 30;

/// How many steps a device's clock may be before or behind.
const DRIFT: u64 = 1;

/// The step whose code this is, if it is after `last`, and near the time.
pub(super) fn step_of(code: OneTimeCode, secret: &[u8], last: u64, now: Timestamp) -> Option<u64> {
    let current = u64::try_from(now.timestamp() / PERIOD).ok()?;
    let mut near = current.saturating_sub(DRIFT)..=current + DRIFT;
    near.find(|step| *step > last && code_of(secret, *step) == Some(code.number()))
}

/// RFC 4226, section 5.3.
fn code_of(secret: &[u8], step: u64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 0xf);
    let bytes = digest.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    fn code(text: &str) -> OneTimeCode {
        OneTimeCode::parse(text).unwrap()
    }

    /// RFC 6238, appendix B: the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = u64::try_from(seconds / PERIOD).unwrap();
            assert_eq!(step_of(code(digits), SECRET, 0, at(seconds)), Some(step), "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_not_two() {
        let (code, step) = (code("287082"), 1);
        assert_eq!(step_of(code, SECRET, 0, at(0)), Some(step));
        assert_eq!(step_of(code, SECRET, 0, at(89)), Some(step));
        assert_eq!(step_of(code, SECRET, 0, at(90)), None);
    }

    #[test]
    fn no_code_is_taken_twice_and_none_before_the_last_one() {
        assert_eq!(step_of(code("287082"), SECRET, 1, at(59)), None);
        assert_eq!(step_of(code("287082"), SECRET, 2, at(59)), None);
    }
}
