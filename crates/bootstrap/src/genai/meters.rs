use std::{sync::Arc, time::Duration};

use opentelemetry::{KeyValue, global, metrics::Histogram};
use plinth_domain::TokenUsage;

use super::{
    labels::{LabelledModel, ModelLabels},
    names,
};

/// The metrics of calls of models. Their series are bounded: operations, providers, codes, and the
/// names that [`ModelLabels`] lets in. What belongs to one organization is in no metric.
pub(super) struct Meters {
    labels: Arc<ModelLabels>,
    duration: Histogram<f64>,
    first_chunk: Histogram<f64>,
    tokens: Histogram<u64>,
}

/// A call that has ended.
pub(super) struct EndedCall<'a> {
    pub(super) operation: &'static str,
    pub(super) model: &'a LabelledModel,
    pub(super) took: Duration,
    pub(super) first_chunk: Option<Duration>,
    pub(super) usage: Option<TokenUsage>,
    pub(super) error: Option<&'static str>,
}

impl Meters {
    pub(super) fn new(labels: Arc<ModelLabels>) -> Self {
        let meter = global::meter(names::SCOPE);
        // The boundaries are those that the conventions recommend.
        let powers = |first: f64, factor: f64| {
            std::iter::successors(Some(first), move |last| Some(last * factor)).take(14)
        };
        Self {
            labels,
            duration: meter
                .f64_histogram(names::OPERATION_DURATION)
                .with_unit("s")
                .with_description("Duration of calls of models.")
                .with_boundaries(powers(0.01, 2.0).collect())
                .build(),
            first_chunk: meter
                .f64_histogram(names::FIRST_CHUNK)
                .with_unit("s")
                .with_description("Time to the first part of a streamed answer.")
                .with_boundaries(vec![
                    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5,
                    5.0, 7.5, 10.0,
                ])
                .build(),
            tokens: meter
                .u64_histogram(names::TOKEN_USAGE)
                .with_unit("{token}")
                .with_description("Input and output tokens of calls, as providers count them.")
                .with_boundaries(powers(1.0, 4.0).collect())
                .build(),
        }
    }

    pub(super) fn record(&self, call: &EndedCall<'_>) {
        let model = match call.error {
            None => self.labels.answered(call.model),
            Some(_) => self.labels.known(call.model),
        };
        let mut attributes = vec![
            KeyValue::new(names::OPERATION_NAME, call.operation),
            KeyValue::new(names::PROVIDER_NAME, call.model.provider()),
            KeyValue::new(names::REQUEST_MODEL, model),
        ];
        if let Some(time) = call.first_chunk {
            self.first_chunk.record(time.as_secs_f64(), &attributes);
        }
        if let Some(usage) = call.usage {
            for (kind, count) in [("input", usage.input), ("output", usage.output)] {
                attributes.push(KeyValue::new(names::TOKEN_TYPE, kind));
                self.tokens.record(count.into(), &attributes);
                attributes.pop();
            }
        }
        attributes.extend(call.error.map(|error| KeyValue::new(names::ERROR_TYPE, error)));
        self.duration.record(call.took.as_secs_f64(), &attributes);
    }
}
