use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use opentelemetry::{KeyValue, global, metrics::Histogram};
use plinth_domain::ContentType;
use plinth_ports::{ByteStream, Inspection, Inspector, InspectorError};

use super::SCOPE;

/// Measures inspections of files.
pub(crate) struct MeasuredInspector {
    inspector: Arc<dyn Inspector>,
    duration: Histogram<f64>,
}

impl MeasuredInspector {
    pub(crate) fn new(inspector: Arc<dyn Inspector>) -> Self {
        let duration = global::meter(SCOPE)
            .f64_histogram("plinth.inspection.duration")
            .with_unit("s")
            .with_description("Duration of inspections of files, by type and result.")
            .with_boundaries(vec![0.025, 0.1, 0.5, 2.0, 10.0, 60.0])
            .build();
        Self { inspector, duration }
    }
}

#[async_trait]
impl Inspector for MeasuredInspector {
    async fn inspect(
        &self,
        content: ByteStream,
        content_type: ContentType,
        progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        let began = Instant::now();
        let inspected = self.inspector.inspect(content, content_type, progress).await;
        // A verdict about the file is its code; `failed` is a failure of the inspection.
        let result = match &inspected {
            Ok(Inspection { findings: Ok(_), .. }) => "readable",
            Ok(Inspection { findings: Err(unreadable), .. }) => unreadable.code.name(),
            Err(_) => "failed",
        };
        let attributes = [
            KeyValue::new("plinth.inspection.type", content_type.media_type()),
            KeyValue::new("plinth.inspection.result", result),
        ];
        self.duration.record(began.elapsed().as_secs_f64(), &attributes);
        inspected
    }
}
