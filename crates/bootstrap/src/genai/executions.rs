use std::sync::Arc;

use opentelemetry::{KeyValue, global, metrics::Counter};
use plinth_domain::ExecutionStatus;
use plinth_ports::{ExecutionMeter, ModelEndpoint};

use super::{
    labels::{LabelledModel, ModelLabels},
    names,
};

/// Nano-USD of a US dollar.
const NANO: f64 = 1e9;

/// Counts executions by their end, and what calls of models cost.
pub(super) struct Executions {
    labels: Arc<ModelLabels>,
    ended: Counter<u64>,
    cost: Counter<f64>,
}

impl Executions {
    pub(super) fn new(labels: Arc<ModelLabels>) -> Self {
        let meter = global::meter(names::SCOPE);
        Self {
            labels,
            ended: meter
                .u64_counter(names::EXECUTIONS_ENDED)
                .with_unit("{execution}")
                .with_description("Executions that have ended, by their status.")
                .build(),
            cost: meter
                .f64_counter(names::EXECUTIONS_COST)
                .with_unit("{USD}")
                .with_description("Cost of calls of models whose price is known.")
                .build(),
        }
    }
}

impl ExecutionMeter for Executions {
    fn ended(&self, status: ExecutionStatus) {
        self.ended.add(1, &[KeyValue::new(names::EXECUTION_STATUS, status.name())]);
    }

    #[expect(clippy::cast_precision_loss, reason = "a metric; the exact sum is in the database")]
    fn cost(&self, endpoint: &ModelEndpoint, nano_usd: i64) {
        let model = LabelledModel::of(endpoint);
        // Only what a provider has begun to answer costs something.
        let name = self.labels.answered(&model);
        let attributes = [
            KeyValue::new(names::PROVIDER_NAME, model.provider()),
            KeyValue::new(names::REQUEST_MODEL, name),
        ];
        self.cost.add(nano_usd as f64 / NANO, &attributes);
    }
}
