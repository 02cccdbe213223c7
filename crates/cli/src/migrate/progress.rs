//! Prints a line for each step of a migration.

use std::fmt;

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    subscriber::{self, DefaultGuard},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
};

use crate::terminal;

/// Prints the steps of a migration, and every warning, until the guard is dropped.
///
/// `plinth_migration::up` emits an event at the end of each step. The subscriber is that of this
/// thread, on which commands run; the global one of telemetry is installed later, for servers.
pub(crate) fn lines() -> DefaultGuard {
    subscriber::set_default(Registry::default().with(Lines))
}

struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut fields = Fields::default();
        event.record(&mut fields);
        if metadata.target().starts_with("plinth_migration") && !fields.step.is_empty() {
            terminal::detail(&format!("{:<24} {:>6}", fields.step, rounded(&fields.took)));
        } else if *metadata.level() <= Level::WARN {
            terminal::detail(&format!("warning: {}", fields.message));
        }
    }
}

/// The fields of an event that make a line.
#[derive(Default)]
struct Fields {
    step: String,
    took: String,
    message: String,
}

impl Fields {
    fn slot(&mut self, field: &Field) -> Option<&mut String> {
        match field.name() {
            "step" => Some(&mut self.step),
            "took" => Some(&mut self.took),
            "message" => Some(&mut self.message),
            _ => None,
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if let Some(slot) = self.slot(field) {
            value.clone_into(slot);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if let Some(slot) = self.slot(field) {
            *slot = format!("{value:?}");
        }
    }
}

/// Rounds the `Debug` text of a duration: `12 ms` for `12.345678ms`.
fn rounded(took: &str) -> String {
    let whole = took.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let unit = took.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    format!("{whole} {unit}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_time_is_rounded_to_what_a_person_reads() {
        for (time, read) in [
            (Duration::from_micros(12_345), "12 ms"),
            (Duration::from_micros(345), "345 µs"),
            (Duration::from_millis(61_200), "61 s"),
            (Duration::from_millis(3), "3 ms"),
        ] {
            assert_eq!(rounded(&format!("{time:?}")), read);
        }
    }
}
