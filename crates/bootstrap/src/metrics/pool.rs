use std::{fmt, time::Duration};

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};
use plinth_postgres::{Observer, PgStore, Statement};

/// The scope of the metrics of the database.
const SCOPE: &str = "plinth-postgres";

fn pool() -> KeyValue {
    KeyValue::new("db.client.connection.pool.name", "plinth")
}

/// Counts statements and waits for connections.
pub(crate) struct Statements {
    duration: Histogram<f64>,
    wait: Histogram<f64>,
    timeouts: Counter<u64>,
}

impl Statements {
    pub(crate) fn new() -> Self {
        let meter = global::meter(SCOPE);
        let seconds = |name, description, boundaries: &[f64]| {
            let histogram = meter.f64_histogram(name).with_unit("s");
            histogram.with_description(description).with_boundaries(boundaries.to_vec()).build()
        };
        let timeouts = meter
            .u64_counter("db.client.connection.timeouts")
            .with_unit("{timeout}")
            .with_description("Waits for a connection that ended without one.")
            .build();
        // So that the first one is an increase.
        timeouts.add(0, &[pool()]);
        Self {
            timeouts,
            // Less than the conventions recommend: there is a series for each table and verb.
            duration: seconds(
                "db.client.operation.duration",
                "Duration of statements, with the wait for a connection where they are the first.",
                &[0.001, 0.005, 0.025, 0.1, 0.5, 2.0, 5.0],
            ),
            wait: seconds(
                "db.client.connection.wait_time",
                "The time it took to obtain a connection from the pool.",
                &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 3.0],
            ),
        }
    }
}

impl fmt::Debug for Statements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statements").finish_non_exhaustive()
    }
}

impl Observer for Statements {
    fn obtained(&self, wait: Duration) {
        self.wait.record(wait.as_secs_f64(), &[pool()]);
    }

    fn timed_out(&self) {
        self.timeouts.add(1, &[pool()]);
    }

    fn ran(&self, statement: &Statement<'_>) {
        let Statement { operation, table, took, error } = *statement;
        let mut attributes = vec![
            KeyValue::new("db.system.name", "postgresql"),
            KeyValue::new("db.operation.name", operation.to_owned()),
        ];
        attributes.extend(table.map(|table| KeyValue::new("db.collection.name", table.to_owned())));
        attributes.extend(error.map(|error| KeyValue::new("error.type", error.to_owned())));
        self.duration.record(took.as_secs_f64(), &attributes);
    }
}

/// Reports the connection pool when metrics are collected.
pub(crate) fn observe(store: &PgStore) {
    let meter = global::meter(SCOPE);
    let of_store = store.clone();
    meter
        .i64_observable_up_down_counter("db.client.connection.count")
        .with_unit("{connection}")
        .with_description("Connections by their state.")
        .with_callback(move |observer| {
            let status = of_store.pool_status();
            let idle = i64::from(status.idle);
            for (state, count) in [("idle", idle), ("used", i64::from(status.size) - idle)] {
                let state = KeyValue::new("db.client.connection.state", state);
                observer.observe(count, &[pool(), state]);
            }
        })
        .build();
    let of_store = store.clone();
    meter
        .i64_observable_up_down_counter("db.client.connection.max")
        .with_unit("{connection}")
        .with_description("The most connections that may be open.")
        .with_callback(move |observer| {
            observer.observe(i64::from(of_store.pool_status().max), &[pool()]);
        })
        .build();
    let of_store = store.clone();
    meter
        .i64_observable_up_down_counter("db.client.connection.pending_requests")
        .with_unit("{request}")
        .with_description("Requests that wait for a connection.")
        .with_callback(move |observer| {
            observer.observe(i64::from(of_store.pool_status().waiting), &[pool()]);
        })
        .build();
}
