use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use opentelemetry::{KeyValue, metrics::Meter};
use plinth_domain::OrganizationId;

/// The time that is summed up.
const WINDOW: Duration = Duration::from_mins(1);

/// How many organizations are reported, so that the number of series is bounded.
const REPORTED: usize = 10;

/// How many organizations are counted in a window; more are not.
const COUNTED: usize = 10_000;

/// The organizations whose requests take the most time: the one metric that names organizations, so
/// that an operator sees who makes the others wait.
#[derive(Clone)]
pub(super) struct Busiest(Arc<Mutex<Windows>>);

struct Windows {
    began: Instant,
    current: Sums,
    last: Sums,
}

type Sums = HashMap<OrganizationId, Duration>;

impl Busiest {
    /// Reports them when metrics are collected.
    pub(super) fn observed(meter: &Meter) -> Self {
        let windows = Windows { began: Instant::now(), current: Sums::new(), last: Sums::new() };
        let busiest = Self(Arc::new(Mutex::new(windows)));
        let reported = busiest.clone();
        meter
            .f64_observable_gauge("plinth.organization.busy")
            .with_unit("s")
            .with_description(
                "Time that requests of an organization took in the last full minute, of the ten with \
                 the most.",
            )
            .with_callback(move |observer| {
                for (organization, busy) in reported.top(Instant::now()) {
                    let id = KeyValue::new("plinth.organization.id", organization.to_string());
                    observer.observe(busy.as_secs_f64(), &[id]);
                }
            })
            .build();
        busiest
    }

    /// Adds the time of a request.
    pub(super) fn add(&self, organization: OrganizationId, took: Duration) {
        self.add_at(Instant::now(), organization, took);
    }

    fn add_at(&self, now: Instant, organization: OrganizationId, took: Duration) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows.turn(now);
        if let Some(sum) = windows.current.get_mut(&organization) {
            *sum += took;
        } else if windows.current.len() < COUNTED {
            windows.current.insert(organization, took);
        }
    }

    /// Those of the last full window, the busiest first.
    fn top(&self, now: Instant) -> Vec<(OrganizationId, Duration)> {
        let mut sums: Vec<_> = {
            let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            windows.turn(now);
            windows.last.iter().map(|(organization, sum)| (*organization, *sum)).collect()
        };
        sums.sort_unstable_by_key(|(_, sum)| Reverse(*sum));
        sums.truncate(REPORTED);
        sums
    }
}

impl Windows {
    /// Begins a new window if the current one is over.
    fn turn(&mut self, now: Instant) {
        let age = now.saturating_duration_since(self.began);
        if age < WINDOW {
            return;
        }
        let ended = std::mem::take(&mut self.current);
        // Without a request, the window before this one was empty.
        self.last = if age < 2 * WINDOW { ended } else { Sums::new() };
        self.began = now;
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_busiest_of_the_last_full_minute_are_reported() {
        let began = Instant::now();
        let windows = Windows { began, current: Sums::new(), last: Sums::new() };
        let busiest = Busiest(Arc::new(Mutex::new(windows)));
        let organization = |n: u64| Id::from_uuid(Uuid::from_u128(u128::from(n)));
        for n in 1..=12 {
            busiest.add_at(began, organization(n), seconds(n));
        }
        busiest.add_at(began, organization(1), seconds(20));
        assert_eq!(busiest.top(began + seconds(59)), [], "the minute is not over");
        let top = busiest.top(began + seconds(61));
        assert_eq!(top.len(), REPORTED);
        assert_eq!(top[..2], [(organization(1), seconds(21)), (organization(12), seconds(12))]);
        assert_eq!(busiest.top(began + seconds(200)), [], "no request has come since");
    }
}
