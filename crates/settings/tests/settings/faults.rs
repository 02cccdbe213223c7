//! The messages about invalid settings.

use plinth_settings::{Faults, Settings, Sources};

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn faults(sources: &Sources) -> Faults {
    match Settings::load(sources) {
        Err(faults) => faults,
        Ok(_) => panic!("there should be faults"),
    }
}

fn message(sources: &Sources) -> String {
    faults(sources).to_string()
}

fn database() -> Sources {
    Sources::none().with_variable("DATABASE_URL", "postgres://app@localhost/plinth")
}

#[test]
fn one_message_names_every_fault_with_its_variable_and_an_example() {
    let file = "
        colour = 'blue'
        [server]
        prot = 8080
        max_body_bytes = 12
        cors_origins = ['https://ok.example.com', 'https://app.example.com/path']
        [telemetry.log_format]
        json = true
    ";
    let sources = Sources::none()
        .with_file("plinth.toml", file)
        .with_dotenv("PLINTH_SERVER__HOST=here\nno assignment here")
        .with_variable("PLINTH_ENVIRONMENT", "production ")
        .with_variable("PLINTH_SERVER__PORT", "80a80")
        .with_variable("PLINTH_DATABASE_URL", "postgres://app:hunter2@localhost/plinth")
        .with_variable("REDIS_URL", "http://:hunter2@localhost")
        .with_variable("PLINTH_RATE_LIMITS__ADDRESS_BURST", "0")
        .with_variable("PLINTH_TELEMETRY__LOG_FILTER", "inf,sqlx=warn");
    assert_eq!(message(&sources), EVERYTHING_WRONG);
}

const EVERYTHING_WRONG: &str = "\
the settings have 13 faults:
  - colour in plinth.toml is not a setting
  - server.prot in plinth.toml is not a setting
    did you mean server.port?
  - telemetry.log_format.json in plinth.toml is not a setting
    did you mean telemetry.log_format?
  - PLINTH_DATABASE_URL is not a setting
    did you mean PLINTH_DATABASE__URL?
  - server.port from PLINTH_SERVER__PORT: expected a whole number from 0 to 65535, found `80a80`
    set PLINTH_SERVER__PORT (or PORT), for example PLINTH_SERVER__PORT=8080
  - server.max_body_bytes from plinth.toml: expected a whole number from 1024 to 67108864, found `12`
    set PLINTH_SERVER__MAX_BODY_BYTES, for example PLINTH_SERVER__MAX_BODY_BYTES=262144
  - server.cors_origins from plinth.toml: expected origins separated by commas, each scheme://host[:port] without a path, the first label of the host optionally `*`, found `https://app.example.com/path`
    set PLINTH_SERVER__CORS_ORIGINS, for example PLINTH_SERVER__CORS_ORIGINS=https://app.example.com,https://*.preview.example.com
  - database.url is missing
    set PLINTH_DATABASE__URL (or DATABASE_URL), for example PLINTH_DATABASE__URL=postgres://plinth_app:change-me@localhost:5432/plinth
  - redis.url from REDIS_URL: expected a URL that begins with redis:// or rediss:// (the value is secret and not shown)
    set PLINTH_REDIS__URL (or REDIS_URL), for example PLINTH_REDIS__URL=redis://localhost:6379/0
  - security.secret_key is missing, and production needs it
    set PLINTH_SECURITY__SECRET_KEY, for example PLINTH_SECURITY__SECRET_KEY=$(openssl rand -hex 32)
  - rate_limits.address_burst from PLINTH_RATE_LIMITS__ADDRESS_BURST: expected a whole number from 1 to 4294967295, found `0`
    set PLINTH_RATE_LIMITS__ADDRESS_BURST, for example PLINTH_RATE_LIMITS__ADDRESS_BURST=300
  - mail.kind is missing, and production needs it
    set PLINTH_MAIL__KIND, for example PLINTH_MAIL__KIND=smtp
  - telemetry.log_filter from PLINTH_TELEMETRY__LOG_FILTER: expected a level (off, error, warn, info, debug, trace), optionally followed by target=level, separated by commas, found `inf`
    set PLINTH_TELEMETRY__LOG_FILTER, for example PLINTH_TELEMETRY__LOG_FILTER=info,plinth::sql=debug
Every setting is explained in docs/configuration.md.";

#[test]
fn the_exit_code_is_that_of_sysexits() {
    assert_eq!(Faults::EXIT_CODE, 78);
}

#[test]
fn a_missing_database_is_one_fault() {
    let expected = "\
the settings have 1 fault:
  - database.url is missing
    set PLINTH_DATABASE__URL (or DATABASE_URL), for example PLINTH_DATABASE__URL=postgres://plinth_app:change-me@localhost:5432/plinth
Every setting is explained in docs/configuration.md.";
    assert_eq!(message(&Sources::none()), expected);
}

#[test]
fn production_needs_a_secret_key_and_says_how_mails_are_sent() {
    let sources = database().with_variable("PLINTH_ENVIRONMENT", "production");
    let faults = faults(&sources);
    let faults: Vec<_> = faults.iter().map(|fault| (&*fault.subject, &*fault.problem)).collect();
    assert_eq!(
        faults,
        [
            ("security.secret_key", "is missing, and production needs it"),
            ("mail.kind", "is missing, and production needs it"),
        ]
    );
}

#[test]
fn a_bucket_and_a_key_need_what_goes_with_them() {
    let alone = |name: &str, value: &str| {
        let faults = faults(&database().with_variable(name, value));
        faults
            .iter()
            .map(|fault| format!("{} {}", fault.subject, fault.problem))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        alone("PLINTH_STORAGE__KIND", "s3"),
        ["storage.bucket is missing, and storage.kind = s3 needs it"]
    );
    assert_eq!(
        alone("PLINTH_STORAGE__ACCESS_KEY_ID", "key"),
        ["storage.secret_access_key is missing, and storage.access_key_id needs it"]
    );
    assert_eq!(
        alone("PLINTH_STORAGE__SECRET_ACCESS_KEY", "hunter2hunter2"),
        ["storage.access_key_id is missing, and storage.secret_access_key needs it"]
    );
    for name in ["Upper", "a", "-files", "files/other", "files?x"] {
        assert_eq!(alone("PLINTH_STORAGE__BUCKET", name).len(), 1, "{name}");
    }
}

#[test]
fn dotenv_cannot_declare_production() {
    let sources = database().with_dotenv("PLINTH_ENVIRONMENT=production");
    let faults = faults(&sources);
    let faults: Vec<_> = faults.iter().map(|fault| (&*fault.subject, &*fault.problem)).collect();
    let problem = "sets PLINTH_ENVIRONMENT to production, where it is not read at all";
    assert_eq!(faults, [(".env", problem)]);
}

#[test]
fn a_file_that_is_no_toml_is_reported_without_quoting_it() {
    let sources = database().with_file("plinth.toml", "[database]\nurl = \"postgres://u:hunter2@h");
    let message = message(&sources);
    assert!(message.contains("plinth.toml TOML parse error at line 2, column 30"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn a_line_of_dotenv_that_is_no_assignment_is_named_by_its_number() {
    let sources = database().with_dotenv("PORT=1\n\nhunter2 = is wrong here\n");
    let message = message(&sources);
    assert!(message.contains(".env line 3 is not NAME=value"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn the_value_of_an_invalid_secret_is_never_shown() {
    let sources = Sources::none()
        .with_file("plinth.toml", "[database]\nurl = ['hunter2']\nadmin_url = 'hunter2'")
        .with_dotenv("this hunter2 line is wrong")
        .with_variable("PLINTH_DATABASE__APPLICATION_PASSWORD", "hunter2")
        .with_variable("PLINTH_SECURITY__SECRET_KEY", "hunter2")
        .with_variable("PLINTH_STORAGE__SECRET_ACCESS_KEY", "hunter2")
        .with_variable("REDIS_URL", "hunter2")
        .with_variable("OTEL_EXPORTER_OTLP_HEADERS", "hunter2")
        .with_variable("OTEL_EXPORTER_OTLP_ENDPOINT", "https://me:hunter2@example.com")
        .with_variable("PLINTH_DATABASE_URL", "hunter2");
    let faults = faults(&sources);
    assert_eq!(faults.iter().count(), 10, "{faults}");
    assert!(!faults.to_string().contains("hunter2"), "{faults}");
    assert!(!format!("{faults:?}").contains("hunter2"));
}

#[test]
fn a_secret_is_not_in_the_debug_text_of_good_settings() {
    let sources = Sources::none()
        .with_variable("DATABASE_URL", "postgres://app:hunter2@localhost/plinth")
        .with_variable("REDIS_URL", "redis://:hunter2@localhost")
        .with_variable("OTEL_EXPORTER_OTLP_HEADERS", "key=hunter2")
        .with_variable("PLINTH_SECURITY__SECRET_KEY", format!("hunter2{KEY}"))
        .with_variable("PLINTH_STORAGE__ACCESS_KEY_ID", "key")
        .with_variable("PLINTH_STORAGE__SECRET_ACCESS_KEY", "hunter2hunter2")
        .with_variable("PLINTH_DATABASE__APPLICATION_PASSWORD", "hunter2hunter2");
    let settings = Settings::load(&sources).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn a_number_out_of_range_is_refused_at_both_ends() {
    for (name, value) in [
        ("PLINTH_SERVER__PORT", "65536"),
        ("PLINTH_SERVER__PORT", "-1"),
        ("PLINTH_SERVER__TRUSTED_PROXIES", "17"),
        ("PLINTH_SERVER__REQUEST_TIMEOUT_SECONDS", "0"),
        ("PLINTH_DATABASE__MAX_CONNECTIONS", "0"),
        ("PLINTH_TELEMETRY__SAMPLE_RATIO", "1.01"),
        ("PLINTH_TELEMETRY__SAMPLE_RATIO", "NaN"),
        ("PLINTH_RATE_LIMITS__CREDENTIAL_BURST", "4294967296"),
    ] {
        let faults = faults(&database().with_variable(name, value));
        assert_eq!(faults.iter().count(), 1, "{name}={value}: {faults}");
    }
}
