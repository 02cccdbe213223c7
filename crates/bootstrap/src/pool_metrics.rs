use opentelemetry::{KeyValue, global};
use postgres::PgStore;

/// Reports the connection pool by OpenTelemetry's semantic conventions for
/// database clients, whenever metrics are collected.
pub(crate) fn observe(store: &PgStore) {
    let meter = global::meter("plinth-postgres");
    let pool = KeyValue::new("db.client.connection.pool.name", "plinth");
    let (counted, named) = (store.clone(), pool.clone());
    meter
        .i64_observable_up_down_counter("db.client.connection.count")
        .with_unit("{connection}")
        .with_description("Connections by their state.")
        .with_callback(move |observer| {
            let status = counted.pool_status();
            let idle = i64::from(status.idle);
            let states = [("idle", idle), ("used", i64::from(status.size) - idle)];
            for (state, count) in states {
                let state = KeyValue::new("db.client.connection.state", state);
                observer.observe(count, &[named.clone(), state]);
            }
        })
        .build();
    let bounded = store.clone();
    meter
        .i64_observable_up_down_counter("db.client.connection.max")
        .with_unit("{connection}")
        .with_description("The most connections that may be open.")
        .with_callback(move |observer| {
            observer.observe(i64::from(bounded.pool_status().max), std::slice::from_ref(&pool));
        })
        .build();
}
