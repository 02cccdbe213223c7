use std::sync::{Arc, Mutex};

use plinth_ports::Store;
use tracing::{
    Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber,
    span,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use crate::support::{World, project};

/// Records a field of every span.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

struct Note<'n>(&'n Notes, &'static str);

impl Visit for Note<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == self.1 {
            self.0.0.lock().unwrap().push(value.to_owned());
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: Subscriber> Layer<S> for Notes {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        if attributes.metadata().target() == "plinth::sql" {
            attributes.record(&mut Note(self, "otel.name"));
        }
    }
    fn on_record(&self, _: &span::Id, values: &span::Record<'_>, _: Context<'_, S>) {
        values.record(&mut Note(self, "db.response.status_code"));
    }
}

#[tokio::test]
async fn every_statement_is_a_span_named_after_what_it_does() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let notes = Notes::default();
    let subscriber = tracing_subscriber::registry().with(notes.clone());
    async {
        world.insert(&tenant, &project(&tenant, "P-1")).await.unwrap();
        world.insert(&tenant, &project(&tenant, "P-1")).await.unwrap_err();
        let mut unit = world.store.read(tenant.scope).await.unwrap();
        unit.organization().find().await.unwrap();
        world.insert_deferred(&tenant, &project(&tenant, "P-2")).await.unwrap();
    }
    .with_subscriber(subscriber)
    .await;
    let notes = notes.0.lock().unwrap().clone();
    let expected = [
        "BEGIN",
        "INSERT projects",
        "COMMIT",
        "BEGIN",
        "INSERT projects",
        "23505",
        "BEGIN",
        "SELECT organizations",
        "INSERT projects",
    ];
    assert_eq!(notes, expected);
}
