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

/// The commit that this program was built from, where the build says it: two builds of one version
/// differ by it.
const REVISION: Option<&str> = option_env!("PLINTH_REVISION");
/// Its name by the conventions.
const VCS_REF_HEAD_REVISION: &str = "vcs.ref.head.revision";

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
        .with_attributes(revision(REVISION))
        .build()
}

/// None for an empty text, which a build without a commit passes.
fn revision(revision: Option<&'static str>) -> Option<KeyValue> {
    let revision = revision.filter(|revision| !revision.is_empty())?;
    Some(KeyValue::new(VCS_REF_HEAD_REVISION, revision))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_that_knows_its_commit_says_it() {
        let known = KeyValue::new("vcs.ref.head.revision", "8cc9ea96");
        assert_eq!(revision(Some("8cc9ea96")), Some(known));
        assert_eq!(revision(Some("")).or(revision(None)), None);
    }
}
