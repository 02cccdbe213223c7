//! The sources of settings, and the defaults.

use std::time::Duration;

use plinth_settings::{
    Environment, ExposeSecret, LogFormat, LogLevel, Origin, OtlpProtocol, Settings, Sources,
    StorageChecksum, StorageKind, reference,
};

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn sources() -> Sources {
    Sources::none().with_variable("DATABASE_URL", "postgres://app@localhost/plinth")
}

fn load(sources: &Sources) -> Settings {
    Settings::load(sources).unwrap_or_else(|faults| panic!("{faults}"))
}

fn origin(sources: &Sources, name: &str) -> Origin {
    sources.origin(reference::all().find(|setting| setting.name() == name).unwrap())
}

#[test]
fn development_needs_nothing_but_a_database() {
    let settings = load(&sources());
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!(settings.server.host.to_string(), "127.0.0.1");
    assert_eq!(settings.server.port, 8080);
    assert_eq!(settings.server.shutdown_deadline, Duration::from_secs(20));
    assert_eq!(settings.server.max_body_bytes, 262_144);
    assert!(settings.server.cors_origins.is_empty());
    assert_eq!(settings.database.application_role, "plinth_app");
    assert_eq!(settings.database.acquire_timeout, Duration::from_secs(3));
    assert_eq!(
        settings.database.migration_url().expose_secret(),
        "postgres://app@localhost/plinth"
    );
    assert!(settings.redis.url.is_none());
    assert_eq!(settings.storage.kind, StorageKind::Local);
    assert_eq!(settings.storage.path.to_str(), Some(".local/blobs"));
    assert!(settings.security.secret_key.is_none());
    assert_eq!(settings.security.access_token_ttl, Duration::from_mins(15));
    assert_eq!(settings.rate_limits.credential_per_minute.get(), 6000);
    assert_eq!(settings.telemetry.log_format, LogFormat::Human);
    assert_eq!(settings.telemetry.log_filter.level, LogLevel::Info);
    assert!(settings.telemetry.otlp_endpoint.is_none());
}

#[test]
fn production_listens_everywhere_and_logs_json() {
    let sources = sources()
        .with_variable("PLINTH_ENVIRONMENT", "production")
        .with_variable("PLINTH_SECURITY__SECRET_KEY", KEY)
        .with_variable("PLINTH_MAIL__KIND", "none");
    let settings = load(&sources);
    assert!(settings.environment.is_production());
    assert_eq!(settings.server.host.to_string(), "0.0.0.0");
    assert_eq!(settings.telemetry.log_format, LogFormat::Json);
}

#[test]
fn the_plinth_variable_goes_before_the_alias_the_file_and_the_default() {
    let mut sources = sources();
    let mut seen = vec![(load(&sources).server.port, origin(&sources, "server.port"))];
    sources = sources.with_file("plinth.toml", "[server]\nport = 1");
    seen.push((load(&sources).server.port, origin(&sources, "server.port")));
    sources = sources.with_dotenv("PORT=2");
    seen.push((load(&sources).server.port, origin(&sources, "server.port")));
    sources = sources.with_dotenv("PORT=2\nPLINTH_SERVER__PORT=3");
    seen.push((load(&sources).server.port, origin(&sources, "server.port")));
    sources = sources.with_variable("PORT", "4");
    seen.push((load(&sources).server.port, origin(&sources, "server.port")));
    sources = sources.with_variable("PLINTH_SERVER__PORT", "5");
    seen.push((load(&sources).server.port, origin(&sources, "server.port")));

    let expected = [
        (8080, Origin::Default),
        (1, Origin::File("plinth.toml".into())),
        (2, Origin::DotEnv("PORT".into())),
        (3, Origin::DotEnv("PLINTH_SERVER__PORT".into())),
        (4, Origin::Variable("PORT".into())),
        (5, Origin::Variable("PLINTH_SERVER__PORT".into())),
    ];
    assert_eq!(seen, expected);
    assert_eq!(origin(&sources, "redis.url"), Origin::Unset);
}

#[test]
fn the_file_may_hold_every_setting() {
    let file = r#"
        environment = "production"
        [server]
        host = "::1"
        cors_origins = ["https://app.example.com", "https://*.preview.example.com"]
        [database]
        url = "postgresql:///plinth?host=/run/postgresql"
        [security]
        secret_key = "0123456789abcdef0123456789abcdef"
        [mail]
        kind = "none"
        [rate_limits]
        enabled = false
        [telemetry]
        sample_ratio = 0.25
    "#;
    let settings = load(&Sources::none().with_file("plinth.toml", file));
    assert_eq!(settings.server.host.to_string(), "::1");
    let origins: Vec<_> = settings.server.cors_origins.iter().map(ToString::to_string).collect();
    assert_eq!(origins, ["https://app.example.com", "https://*.preview.example.com"]);
    assert!(!settings.rate_limits.enabled);
    assert!((settings.telemetry.sample_ratio - 0.25).abs() < f64::EPSILON);
}

#[test]
fn a_bucket_is_configured_with_keys_or_with_those_of_the_machine() {
    let bucket = sources()
        .with_variable("PLINTH_STORAGE__KIND", "s3")
        .with_variable("PLINTH_STORAGE__BUCKET", "plinth-files")
        .with_variable("AWS_REGION", "eu-central-1");
    let storage = load(&bucket).storage;
    assert_eq!(storage.kind, StorageKind::S3);
    assert_eq!(storage.bucket.as_deref(), Some("plinth-files"));
    assert_eq!(storage.region, "eu-central-1");
    assert_eq!(storage.checksum, StorageChecksum::None);
    assert!(storage.path_style && storage.endpoint.is_none() && storage.access_key_id.is_none());

    let keys = bucket
        .with_variable("PLINTH_STORAGE__ENDPOINT", "http://minio:9000")
        .with_variable("PLINTH_STORAGE__PUBLIC_ENDPOINT", "https://files.example.com")
        .with_variable("PLINTH_STORAGE__ACCESS_KEY_ID", "key")
        .with_variable("PLINTH_STORAGE__SECRET_ACCESS_KEY", "hunter2hunter2")
        .with_variable("PLINTH_STORAGE__CHECKSUM", "sha256");
    let storage = load(&keys).storage;
    assert_eq!(storage.public_endpoint.unwrap().host_str(), Some("files.example.com"));
    assert_eq!(storage.secret_access_key.unwrap().expose_secret(), "hunter2hunter2");
    assert_eq!(storage.checksum, StorageChecksum::Sha256);
}

#[test]
fn dotenv_is_not_read_in_production() {
    let sources = sources()
        .with_dotenv("PLINTH_SERVER__PORT=9999\nPLINTH_NONSENSE=1")
        .with_variable("PLINTH_ENVIRONMENT", "production")
        .with_variable("PLINTH_SECURITY__SECRET_KEY", KEY)
        .with_variable("PLINTH_MAIL__KIND", "none");
    assert_eq!(load(&sources).server.port, 8080);
}

#[test]
fn an_empty_variable_sets_nothing() {
    let sources = sources()
        .with_variable("REDIS_URL", "")
        .with_variable("PLINTH_SERVER__PORT", "")
        .with_variable("PORT", "81");
    let settings = load(&sources);
    assert!(settings.redis.url.is_none());
    assert_eq!(settings.server.port, 81);
}

#[test]
fn the_names_of_opentelemetry_are_honoured() {
    let sources = sources()
        .with_variable("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")
        .with_variable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        .with_variable("OTEL_EXPORTER_OTLP_HEADERS", "X-Api-Key=a%20b, team = core")
        .with_variable("OTEL_SERVICE_NAME", "billing")
        .with_variable("OTEL_TRACES_SAMPLER_ARG", "0.5");
    let telemetry = load(&sources).telemetry;
    assert_eq!(telemetry.otlp_endpoint.unwrap().as_str(), "http://collector:4317/");
    assert_eq!(telemetry.otlp_protocol, OtlpProtocol::Http);
    assert_eq!(telemetry.service_name.as_deref(), Some("billing"));
    assert!((telemetry.sample_ratio - 0.5).abs() < f64::EPSILON);
    let headers = telemetry.otlp_headers.unwrap();
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| (name, value.expose_secret())).collect();
    assert_eq!(headers, [("x-api-key", "a b"), ("team", "core")]);
}

#[test]
fn variables_that_kubernetes_sets_for_a_service_named_plinth_are_left_alone() {
    let sources = sources()
        .with_variable("PLINTH_SERVICE_HOST", "10.0.0.1")
        .with_variable("PLINTH_SERVICE_PORT", "80")
        .with_variable("PLINTH_PORT", "tcp://10.0.0.1:80")
        .with_variable("PLINTH_API_PORT_8080_TCP_ADDR", "10.0.0.1");
    load(&sources);
}
