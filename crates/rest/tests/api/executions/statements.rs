//! The statements of executions, as the spans of their use cases show them.

use std::{
    cell::RefCell,
    collections::HashMap,
    mem::take,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// The statements since they were taken last.
pub(super) struct Statements(Arc<Mutex<Seen>>);

impl Statements {
    pub(super) fn take(&self) -> Vec<String> {
        take(&mut self.0.lock().unwrap().statements)
    }
}

/// Counts from now on the statements in this process, which runs only one test.
pub(super) fn count() -> Statements {
    let seen = Arc::<Mutex<Seen>>::default();
    tracing::subscriber::set_global_default(Recorder(Arc::clone(&seen))).unwrap();
    Statements(seen)
}

#[derive(Default)]
struct Seen {
    /// The names of all spans, by their numbers.
    names: HashMap<u64, String>,
    statements: Vec<String>,
}

struct Recorder(Arc<Mutex<Seen>>);

thread_local! {
    /// The spans that this thread is in.
    static ENTERED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

#[derive(Default)]
struct Name(String);

impl Visit for Name {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "otel.name" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && ["plinth::sql", "plinth::use_case"].contains(&metadata.target())
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let (mut name, mut seen) = (Name::default(), self.0.lock().unwrap());
        attributes.record(&mut name);
        let is_of_execution = ENTERED.with_borrow(|entered| {
            entered.iter().any(|id| seen.names[id].starts_with("execution."))
        });
        if attributes.metadata().target() == "plinth::sql" && is_of_execution {
            seen.statements.push(name.0.clone());
        }
        let number = u64::try_from(seen.names.len()).unwrap() + 1;
        seen.names.insert(number, name.0);
        span::Id::from_u64(number)
    }

    fn enter(&self, span: &span::Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(span.into_u64()));
    }

    fn exit(&self, _: &span::Id) {
        ENTERED.with_borrow_mut(Vec::pop);
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {}
}
