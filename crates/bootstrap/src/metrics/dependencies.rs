use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use opentelemetry::{KeyValue, global, metrics::Gauge};
use plinth_application::{Application, Dependency};
use plinth_ports::{Bus, Down, Health};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::SCOPE;

/// How often a process asks its dependencies, beside those who ask `/ready`.
const INTERVAL: Duration = Duration::from_secs(15);

/// Reports whether a dependency answered when it was last asked.
pub(crate) struct MeasuredHealth {
    health: Arc<dyn Health>,
    up: Gauge<u64>,
    name: [KeyValue; 1],
}

impl MeasuredHealth {
    pub(crate) fn new(name: &'static str, health: Arc<dyn Health>) -> Self {
        let up = global::meter(SCOPE)
            .u64_gauge("plinth.dependency.up")
            .with_description("1 if the dependency answered when it was last asked, else 0.")
            .build();
        Self { health, up, name: [KeyValue::new("plinth.dependency.name", name)] }
    }
}

#[async_trait]
impl Health for MeasuredHealth {
    async fn check(&self) -> Result<&'static str, Down> {
        let answer = self.health.check().await;
        self.up.record(u64::from(answer.is_ok()), &self.name);
        answer
    }
}

/// Asks every dependency from time to time, until `stop`: their metrics must not depend on who asks
/// `/ready`.
pub(crate) async fn ask_dependencies(application: Application, stop: CancellationToken) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        for dependency in [Dependency::Database, Dependency::Redis, Dependency::Storage] {
            // The metric and `/ready` tell it.
            let _ = application.health(dependency).await;
        }
    }
}

/// Reports whether signals of other processes arrive, when metrics are collected.
pub(crate) fn observe_bus(bus: &Arc<dyn Bus>) {
    let bus = Arc::clone(bus);
    global::meter(SCOPE)
        .u64_observable_gauge("plinth.bus.connected")
        .with_description("1 if signals of other processes arrive, else 0.")
        .with_callback(move |observer| observer.observe(u64::from(bus.is_connected()), &[]))
        .build();
}
