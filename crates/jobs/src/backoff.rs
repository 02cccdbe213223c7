use std::time::Duration;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(5);

/// The delay after this many attempts: it doubles with each, up to five minutes, minus a random
/// share of up to a half, so that jobs that failed together are not retried together.
pub(crate) fn after(attempts: u16, random: [u8; 32]) -> Duration {
    let doublings = u32::from(attempts.saturating_sub(1)).min(16);
    let longest = SHORTEST.saturating_mul(1 << doublings).min(LONGEST);
    let [a, b, ..] = random;
    let chance = f64::from(u16::from_le_bytes([a, b])) / f64::from(u16::MAX);
    longest.mul_f64(1.0 - chance / 2.0).max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_between_a_second_and_five_minutes() {
        let (least, most) = ([u8::MAX; 32], [0; 32]);
        for attempts in 0..=u16::MAX {
            for random in [least, most] {
                assert!((SHORTEST..=LONGEST).contains(&after(attempts, random)));
            }
        }
        let waits = [1, 2, 3, 4, 9, 10].map(|attempts| after(attempts, most).as_secs());
        assert_eq!(waits, [1, 2, 4, 8, 256, 300]);
        assert_eq!(after(4, least), Duration::from_secs(4));
    }
}
