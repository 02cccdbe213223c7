//! The dependency rule: dependencies point inwards, and only the composition root knows both
//! sides. The picture is in docs/architecture.md.

use std::collections::BTreeSet;

use super::workspace::packages;

/// Which crates of the workspace each crate may depend on, outside of its tests.
const MAY_USE: &[(&str, &[&str])] = &[
    // The centre.
    ("plinth-domain", &[]),
    ("plinth-ports", &["plinth-domain"]),
    ("plinth-application", &["plinth-domain", "plinth-ports"]),
    // Adapters.
    ("plinth-agents", &["plinth-ports"]),
    ("plinth-dns", &["plinth-ports"]),
    ("plinth-in-process", &["plinth-domain", "plinth-ports"]),
    ("plinth-inspect", &["plinth-confined", "plinth-e-documents", "plinth-domain", "plinth-ports"]),
    ("plinth-invoice-renderer", &["plinth-confined", "plinth-ports"]),
    ("plinth-mail", &["plinth-domain", "plinth-ports"]),
    ("plinth-webhook-sender", &["plinth-domain", "plinth-outgoing", "plinth-ports"]),
    ("plinth-model-client", &["plinth-domain", "plinth-outgoing", "plinth-ports"]),
    ("plinth-object-store", &["plinth-domain", "plinth-ports"]),
    ("plinth-oidc-client", &["plinth-domain", "plinth-outgoing", "plinth-ports"]),
    ("plinth-outgoing", &["plinth-ports"]),
    ("plinth-postgres", &["plinth-domain", "plinth-ports"]),
    ("plinth-prompt-templates", &["plinth-domain", "plinth-ports"]),
    ("plinth-redis", &["plinth-domain", "plinth-ports"]),
    ("plinth-secret-vault", &["plinth-domain", "plinth-ports"]),
    // What adapters run in a process of its own.
    ("plinth-confined", &[]),
    // Bytes and values of electronic documents; only a confined process reads those of others.
    ("plinth-e-documents", &["plinth-domain", "plinth-ports"]),
    ("plinth-render", &["plinth-confined", "plinth-invoice-renderer"]),
    // Bytes and values of an organization's export.
    ("plinth-archive", &[]),
    // What calls the centre.
    ("plinth-jobs", &["plinth-application", "plinth-archive", "plinth-domain", "plinth-ports"]),
    ("plinth-rest", &["plinth-application", "plinth-domain", "plinth-ports"]),
    // What an operator sees.
    ("plinth-migration", &[]),
    ("plinth-settings", &[]),
    ("plinth-telemetry", &["plinth-settings"]),
    // What Node has built for browsers.
    ("plinth-console", &[]),
    // The composition root, and the programs that start it.
    (
        "plinth-bootstrap",
        &[
            "plinth-agents",
            "plinth-application",
            "plinth-console",
            "plinth-dns",
            "plinth-domain",
            "plinth-e-documents",
            "plinth-in-process",
            "plinth-inspect",
            "plinth-invoice-renderer",
            "plinth-jobs",
            "plinth-mail",
            "plinth-webhook-sender",
            "plinth-model-client",
            "plinth-object-store",
            "plinth-oidc-client",
            "plinth-outgoing",
            "plinth-ports",
            "plinth-postgres",
            "plinth-prompt-templates",
            "plinth-redis",
            "plinth-rest",
            "plinth-secret-vault",
            "plinth-settings",
            "plinth-telemetry",
        ],
    ),
    ("plinth-api", &["plinth-bootstrap", "plinth-rest", "plinth-settings"]),
    ("plinth-worker", &["plinth-bootstrap", "plinth-jobs", "plinth-settings"]),
    (
        "plinth-cli",
        &[
            "plinth-api",
            "plinth-application",
            "plinth-archive",
            "plinth-bootstrap",
            "plinth-domain",
            "plinth-inspect",
            "plinth-jobs",
            "plinth-local-servers",
            "plinth-migration",
            "plinth-ports",
            "plinth-rest",
            "plinth-settings",
            "plinth-telemetry",
            "plinth-worker",
        ],
    ),
    // Tests, measurement, servers for both, and what writes code.
    ("plinth-bench", &["plinth-local-servers", "plinth-migration"]),
    ("plinth-contract-tests", &["plinth-domain", "plinth-ports"]),
    ("plinth-generator", &[]),
    ("plinth-local-servers", &[]),
    ("plinth-memory", &["plinth-domain", "plinth-in-process", "plinth-ports"]),
    ("plinth-testkit", &["plinth-local-servers", "plinth-migration"]),
];

/// Libraries that one crate wraps, and which crate that is.
const BELONGS_TO: &[(&str, &str)] = &[
    ("sea-orm", "plinth-postgres"),
    ("sea-orm-migration", "plinth-migration"),
    ("sqlparser", "plinth-postgres"),
    ("actix-web", "plinth-rest"),
    ("actix-cors", "plinth-rest"),
    ("actix-http", "plinth-rest"),
    ("actix-service", "plinth-rest"),
    ("actix-multipart", "plinth-rest"),
    ("actix-ws", "plinth-rest"),
    ("utoipa-actix-web", "plinth-rest"),
    ("object_store", "plinth-object-store"),
    ("redis", "plinth-redis"),
    ("apalis", "plinth-jobs"),
    ("apalis-core", "plinth-jobs"),
    ("en16931", "plinth-e-documents"),
    ("en16931-formats", "plinth-e-documents"),
    ("quick-xml", "plinth-e-documents"),
    ("hayro", "plinth-inspect"),
    ("hayro-font", "plinth-inspect"),
    ("heifer", "plinth-inspect"),
    ("hickory-resolver", "plinth-dns"),
    ("image", "plinth-inspect"),
    ("kamadak-exif", "plinth-inspect"),
    ("landlock", "plinth-confined"),
    ("qrcode", "plinth-invoice-renderer"),
    ("rayon", "plinth-render"),
    ("rlimit", "plinth-confined"),
    ("seccompiler", "plinth-confined"),
    ("skrifa", "plinth-inspect"),
    ("typst", "plinth-render"),
    ("typst-assets", "plinth-render"),
    ("typst-layout", "plinth-render"),
    ("typst-pdf", "plinth-render"),
    ("tonic-prost", "plinth-agents"),
    ("lettre", "plinth-mail"),
    ("standardwebhooks", "plinth-webhook-sender"),
    ("zip", "plinth-archive"),
    ("config", "plinth-settings"),
    ("tower-layer", "plinth-outgoing"),
    ("tower-service", "plinth-outgoing"),
    ("opentelemetry-otlp", "plinth-telemetry"),
    ("opentelemetry-prometheus", "plinth-telemetry"),
    ("prometheus", "plinth-telemetry"),
    ("eu-vat", "plinth-domain"),
    ("iban_validate", "plinth-domain"),
    ("icu_casemap", "plinth-domain"),
    ("argon2", "plinth-in-process"),
    ("governor", "plinth-in-process"),
    ("moka", "plinth-in-process"),
];

#[test]
fn every_crate_has_a_row_and_every_row_a_crate() {
    let rows: BTreeSet<_> = MAY_USE.iter().map(|(package, _)| (*package).to_owned()).collect();
    let crates: BTreeSet<_> = packages().into_keys().collect();
    let missing: Vec<_> = crates.difference(&rows).collect();
    let left_over: Vec<_> = rows.difference(&crates).collect();
    assert!(missing.is_empty(), "give MAY_USE a row for {missing:?}");
    assert!(left_over.is_empty(), "MAY_USE has a row for {left_over:?}, which do not exist");
    assert_eq!(MAY_USE.len(), rows.len(), "MAY_USE has two rows for one crate");
}

#[test]
fn every_dependency_points_inwards() {
    for (name, package) in packages() {
        let Some((_, allowed)) = MAY_USE.iter().find(|(row, _)| *row == name) else { continue };
        for used in package.dependencies.iter().filter(|used| used.starts_with("plinth-")) {
            assert!(allowed.contains(&used.as_str()), "{name} must not use {used}");
        }
    }
}

#[test]
fn a_library_with_one_owner_is_used_by_its_owner_only() {
    for (name, package) in packages() {
        for (library, owner) in BELONGS_TO {
            let uses = package.dependencies.contains(*library);
            assert!(!uses || name == *owner, "{name} must not use {library}, but {owner} may");
        }
    }
}

#[test]
fn the_domain_knows_neither_io_nor_serialization() {
    let used = &packages()["plinth-domain"].dependencies;
    // The libraries of ICU fold the text that is searched, and idna domains; their data is compiled in.
    let unicode = ["icu_casemap", "icu_normalizer", "icu_properties", "idna"];
    // They check numbers by the rules of each country, and hold decimals and currencies.
    let checks = ["eu-vat", "iban_validate", "iso_currency", "rust_decimal"];
    let known = |name: &&String| [&unicode[..], &checks].concat().contains(&name.as_str());
    let other = used.iter().filter(|name| !known(name));
    assert_eq!(other.collect::<Vec<_>>(), ["chrono", "chrono-tz", "thiserror", "uuid"]);
}

#[test]
fn a_crate_is_named_like_its_folder() {
    for (name, package) in packages() {
        assert_eq!(name, format!("plinth-{}", package.folder_name()));
    }
}
