use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry::{KeyValue, global, metrics::Gauge};
use plinth_ports::{Bus, Down, Health};

use super::SCOPE;

/// Reports whether a dependency answered when `/ready` last asked it.
pub(crate) struct MeasuredHealth {
    health: Arc<dyn Health>,
    up: Gauge<u64>,
    name: [KeyValue; 1],
}

impl MeasuredHealth {
    pub(crate) fn new(name: &'static str, health: Arc<dyn Health>) -> Self {
        let up = global::meter(SCOPE)
            .u64_gauge("plinth.dependency.up")
            .with_description("1 if the dependency answered when /ready last asked it, else 0.")
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

/// Reports whether signals of other processes arrive, when metrics are collected.
pub(crate) fn observe_bus(bus: &Arc<dyn Bus>) {
    let bus = Arc::clone(bus);
    global::meter(SCOPE)
        .u64_observable_gauge("plinth.bus.connected")
        .with_description("1 if signals of other processes arrive, else 0.")
        .with_callback(move |observer| observer.observe(u64::from(bus.is_connected()), &[]))
        .build();
}
