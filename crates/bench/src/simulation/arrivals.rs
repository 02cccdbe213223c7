//! When requests are due.

use std::{
    thread,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::kind::Kind;
use crate::random::Random;

/// A request that is due.
#[derive(Debug)]
pub struct Arrival {
    pub kind: Kind,
    pub due: Instant,
    /// Of what it asks for.
    pub seed: u64,
}

/// Requests at random times (a Poisson process) for `time`, each received when it is due. `rate` is
/// that of changes, a second.
///
/// A thread of its own sleeps: it wakes up within 0.1 ms, and a timer of the runtime within 1 ms.
pub fn arrivals(rate: f64, time: Duration, seed: u64) -> UnboundedReceiver<Arrival> {
    let (send, receive) = unbounded_channel();
    thread::spawn(move || {
        let mut random = Random::of(seed << 40);
        let weight: f64 = Kind::ALL.iter().map(|kind| kind.for_each_change()).sum();
        let begin = Instant::now();
        let mut due = begin;
        loop {
            due += Duration::from_secs_f64(-share(&mut random).ln() / (rate * weight));
            if due > begin + time {
                return;
            }
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let mut at = share(&mut random) * weight;
            let kind = Kind::ALL.into_iter().find(|kind| {
                at -= kind.for_each_change();
                at <= 0.0
            });
            let kind = kind.unwrap_or(Kind::Read);
            if send.send(Arrival { kind, due, seed: random.next() }).is_err() {
                return;
            }
        }
    });
    receive
}

/// A random number above 0, up to 1.
fn share(random: &mut Random) -> f64 {
    let number = u32::try_from(random.next() >> 32).unwrap_or_default();
    (f64::from(number) + 1.0) / (f64::from(u32::MAX) + 1.0)
}
