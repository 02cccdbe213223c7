//! The attributes of this process in telemetry, by OpenTelemetry's semantic conventions.

use opentelemetry::KeyValue;
use opentelemetry_sdk::{
    Resource,
    trace::{IdGenerator, RandomIdGenerator},
};
use opentelemetry_semantic_conventions::resource::{
    DEPLOYMENT_ENVIRONMENT_NAME, SERVICE_INSTANCE_ID, SERVICE_VERSION,
};
use plinth_settings::Environment;

/// `OTEL_RESOURCE_ATTRIBUTES` adds to these.
pub(crate) fn of(service: &str, version: &'static str, environment: Environment) -> Resource {
    // 128 random bits at each start, so that replicas are different instances.
    let instance = RandomIdGenerator::default().new_trace_id().to_string();
    Resource::builder()
        .with_service_name(service.to_owned())
        .with_attributes([
            KeyValue::new(SERVICE_VERSION, version),
            KeyValue::new(SERVICE_INSTANCE_ID, instance),
            KeyValue::new(DEPLOYMENT_ENVIRONMENT_NAME, environment.as_str()),
        ])
        .build()
}
