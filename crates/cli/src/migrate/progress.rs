//! A line for each step while a migration runs.

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

/// Shows the steps of a migration, and every warning, until the guard is dropped.
///
/// `plinth_migration::up` tells of each step in an event as it ends. Only this thread is listened to,
/// which is the one that commands run on; telemetry is for servers and comes later, if at all,
/// and with it what becomes of the events of the `log` crate.
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

/// What a line is made of.
#[derive(Default)]
struct Fields {
    step: String,
    took: String,
    message: String,
}

impl Fields {
    fn place(&mut self, field: &Field) -> Option<&mut String> {
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
        if let Some(place) = self.place(field) {
            value.clone_into(place);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if let Some(place) = self.place(field) {
            *place = format!("{value:?}");
        }
    }
}

/// A time as `Debug` writes it, to whole units: `12 ms` of `12.345678ms`.
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
