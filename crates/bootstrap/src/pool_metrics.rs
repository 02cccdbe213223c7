use opentelemetry::{KeyValue, global};
use plinth_postgres::PgStore;

/// Reports the connection pool when metrics are collected, by OpenTelemetry's
/// semantic conventions for database clients.
pub(crate) fn observe(store: &PgStore) {
    let meter = global::meter("plinth-postgres");
    let pool = KeyValue::new("db.client.connection.pool.name", "plinth");
    let (store_of_count, pool_of_count) = (store.clone(), pool.clone());
    meter
        .i64_observable_up_down_counter("db.client.connection.count")
        .with_unit("{connection}")
        .with_description("Connections by their state.")
        .with_callback(move |observer| {
            let status = store_of_count.pool_status();
            let idle = i64::from(status.idle);
            let counts = [("idle", idle), ("used", i64::from(status.size) - idle)];
            for (state, count) in counts {
                let state = KeyValue::new("db.client.connection.state", state);
                observer.observe(count, &[pool_of_count.clone(), state]);
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
