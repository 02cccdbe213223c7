//! Writes down the statements that the adapter runs, for the tests of `statements`.

use std::{
    collections::BTreeSet,
    fs::{File, OpenOptions},
    io::Write as _,
    sync::{Mutex, Once},
};

use tracing::{
    Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

/// Names the file to which this process appends statements, each with a zero byte behind it.
pub const VARIABLE: &str = "PLINTH_TEST_STATEMENTS";

/// The statements that were written to the file.
struct Recorder(Mutex<(File, BTreeSet<String>)>);

/// Starts to write, once, if a file is named.
pub fn start() {
    static STARTED: Once = Once::new();
    let Some(path) = std::env::var_os(VARIABLE) else { return };
    STARTED.call_once(|| {
        let file = OpenOptions::new().append(true).create(true).open(path).unwrap();
        let recorder = Recorder(Mutex::new((file, BTreeSet::new())));
        let subscriber = tracing_subscriber::registry().with(recorder);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        if attributes.metadata().target() == "plinth::sql" {
            attributes.record(&mut Text(self));
        }
    }
}

/// The field that has the statement's text.
struct Text<'r>(&'r Recorder);

impl Visit for Text<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() != "db.query.text" {
            return;
        }
        let (file, known) = &mut *self.0.0.lock().unwrap();
        if known.insert(value.to_owned()) {
            file.write_all(&[value.as_bytes(), &[0]].concat()).unwrap();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
