//! The dependency rule: arrows point inwards, and only the composition root
//! sees both sides. The picture is in docs/architecture.md.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

/// What each crate of the workspace may depend on, among the workspace's own
/// and the crates that belong to one place. Tests may use more.
const MAY_USE: &[(&str, &[&str])] = &[
    ("plinth-domain", &[]),
    ("plinth-ports", &["plinth-domain"]),
    ("plinth-application", &["plinth-domain", "plinth-ports"]),
    ("plinth-in-process", &["plinth-domain", "plinth-ports"]),
    ("plinth-memory", &["plinth-domain", "plinth-ports", "plinth-in-process"]),
    ("plinth-postgres", &["plinth-domain", "plinth-ports", "sea-orm", "sqlx"]),
    ("plinth-object-store", &["plinth-domain", "plinth-ports", "object_store"]),
    ("plinth-redis", &["plinth-domain", "plinth-ports", "redis"]),
    ("plinth-inspect", &["plinth-domain", "plinth-ports"]),
    ("plinth-jobs", &["plinth-domain", "plinth-ports", "plinth-application", "apalis"]),
    ("plinth-rest", &["plinth-domain", "plinth-ports", "plinth-application", "actix-web"]),
    ("plinth-settings", &[]),
    ("plinth-telemetry", &["plinth-settings"]),
    (
        "plinth-bootstrap",
        &[
            "plinth-ports",
            "plinth-application",
            "plinth-in-process",
            "plinth-postgres",
            "plinth-object-store",
            "plinth-redis",
            "plinth-inspect",
            "plinth-rest",
            "plinth-jobs",
            "plinth-settings",
            "plinth-telemetry",
        ],
    ),
    ("plinth-migration", &["sea-orm-migration", "sqlx"]),
    ("plinth-local-servers", &[]),
];

/// Crates that belong to one place, and which place that is.
const BELONGS_TO: &[(&str, &[&str])] = &[
    ("sea-orm", &["plinth-postgres"]),
    ("sea-orm-migration", &["plinth-migration"]),
    ("actix-web", &["plinth-rest"]),
    ("actix-cors", &["plinth-rest"]),
    ("actix-multipart", &["plinth-rest"]),
    ("actix-ws", &["plinth-rest"]),
    ("utoipa-actix-web", &["plinth-rest"]),
    ("object_store", &["plinth-object-store"]),
    ("rusty-s3", &["plinth-testkit"]),
    ("redis", &["plinth-redis"]),
    ("apalis", &["plinth-jobs"]),
    ("apalis-core", &["plinth-jobs"]),
    ("heifer", &["plinth-inspect"]),
    ("image", &["plinth-inspect"]),
    ("kamadak-exif", &["plinth-inspect"]),
    ("lopdf", &["plinth-inspect"]),
    ("pdf-extract", &["plinth-inspect"]),
    ("rlimit", &["plinth-inspect"]),
    ("config", &["plinth-settings"]),
    ("opentelemetry-otlp", &["plinth-telemetry"]),
    ("argon2", &["plinth-in-process"]),
    ("governor", &["plinth-in-process"]),
];

fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter().map(|package| {
        let used = package["dependencies"].as_array().unwrap();
        // A dev-dependency has the kind "dev"; a normal one has none.
        let used = used.iter().filter(|dependency| dependency["kind"].is_null());
        (name(package), used.map(name).collect())
    });
    packages.collect()
}

#[test]
fn every_arrow_points_inwards() {
    let known = dependencies();
    let governed = |name: &str| {
        name.starts_with("plinth-") || BELONGS_TO.iter().any(|(crate_name, _)| *crate_name == name)
    };
    for (package, allowed) in MAY_USE {
        for used in known[*package].iter().filter(|used| used.starts_with("plinth-")) {
            assert!(governed(used));
            assert!(allowed.contains(&used.as_str()), "{package} must not use {used}");
        }
    }
}

#[test]
fn a_library_with_one_place_is_used_in_that_place_only() {
    for (package, used) in dependencies() {
        for (library, places) in BELONGS_TO {
            let uses = used.iter().any(|name| name == library);
            assert!(
                !uses || places.contains(&package.as_str()),
                "{package} must not use {library}"
            );
        }
    }
}

#[test]
fn the_domain_knows_neither_io_nor_serialization() {
    let used = &dependencies()["plinth-domain"];
    assert_eq!(used, &["chrono", "chrono-tz", "thiserror", "uuid"]);
}
