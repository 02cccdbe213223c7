use std::sync::{Arc, Mutex};

use plinth_ports::{IdempotencyClaim, IdempotencyKey, Store};
use tracing::{
    Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber,
    span,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use crate::support::{World, now, project};

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

/// Each span is a message that is answered before the next one is sent.
#[tokio::test]
async fn the_lock_of_an_idempotency_key_comes_with_the_first_message_of_its_unit() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let notes = Notes::default();
    let subscriber = tracing_subscriber::registry().with(notes.clone());
    async {
        let key = IdempotencyKey { key: "k".to_owned(), fingerprint: [7; 32] };
        let (store, scope) = (&world.store, tenant.scope);
        let mut unit = store.begin_once(scope, "project.create", &key).await.unwrap();
        let claim = unit.idempotency().claim("project.create", &key, now()).await.unwrap();
        assert_eq!(claim, IdempotencyClaim::Fresh);
        unit.commit().await.unwrap();
    }
    .with_subscriber(subscriber)
    .await;
    let notes = notes.0.lock().unwrap().clone();
    assert_eq!(notes, ["BEGIN", "SELECT idempotency_keys", "COMMIT"]);
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
