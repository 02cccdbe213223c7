//! The reference documentation agrees with the declarations.

use std::{env, fs, path::PathBuf};

use plinth_settings::{Environment, Setting, reference};

#[test]
fn the_committed_reference_is_generated_from_the_declarations() {
    is_current(".env.example", &reference::env_example());
    is_current("docs/configuration.md", &reference::markdown());
}

fn is_current(file: &str, wanted: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    if env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{file} is stale; refresh it: UPDATE=1 cargo test -p plinth-settings --test settings"
    );
}

#[test]
fn every_default_is_a_value_of_its_setting() {
    for setting in reference::all() {
        for environment in [Environment::Development, Environment::Production] {
            if let Some(value) = setting.default_in(environment) {
                assert!(setting.accepts(value), "{}: {value}", setting.name());
            }
        }
    }
}

#[test]
fn every_example_is_a_value_except_those_that_must_not_be_copied() {
    for setting in reference::all() {
        let copyable = !["security.secret_key", "secrets.keys", "operator.keys", "agents.token"]
            .contains(&&*setting.name());
        assert_eq!(setting.accepts(setting.example()), copyable, "{}", setting.name());
        assert!(!setting.example().is_empty(), "{}", setting.name());
        assert!(setting.doc.ends_with('.'), "{}", setting.name());
    }
}

#[test]
fn every_secret_is_known_as_one() {
    let secrets: Vec<_> =
        reference::all().filter(|setting| setting.secret).map(Setting::name).collect();
    let expected = [
        "database.url",
        "database.admin_url",
        "database.application_password",
        "database.backup_password",
        "redis.url",
        "storage.secret_access_key",
        "security.secret_key",
        "secrets.keys",
        "operator.keys",
        "mail.password",
        "oidc.providers",
        "agents.token",
        "cell.directory_url",
        "telemetry.otlp_headers",
    ];
    assert_eq!(secrets, expected);
}
