//! docker-compose.yml and the Dockerfile agree with the code. They are read line by line: nothing
//! else here needs YAML.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use plinth_settings::{Settings, Sources, StorageKind, reference};

fn read(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    fs::read_to_string(path).unwrap()
}

/// The value of unset variables: the default of `${NAME:-default}`, nothing of `${NAME:+value}`.
fn resolved(value: &str) -> String {
    let mut parts = value.split("${");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (variable, rest) = part.split_once('}').unwrap();
        if !variable.contains(":+") {
            let (_, default) = variable.split_once(":-").unwrap();
            text.push_str(default);
        }
        text.push_str(rest);
    }
    text
}

/// Whether a program of Plinth would treat the variable as a setting.
fn is_ours(name: &str) -> bool {
    // The sidecar of agents has settings of its own.
    let is_sidecars = name.starts_with("PLINTH_AGENTS_") && !name.starts_with("PLINTH_AGENTS__");
    name.starts_with("PLINTH_") && !is_sidecars
        || reference::all().any(|setting| setting.facts.aliases.contains(&name))
}

/// The settings under the variables that `text` sets by lines such as `NAME: value`.
fn settings(text: &str, separator: &str) -> Settings {
    let lines = text.lines().filter_map(|line| line.trim().split_once(separator));
    let ours = lines.filter(|(name, _)| is_ours(name));
    let sources = ours.fold(Sources::none(), |sources, (name, value)| {
        sources.with_variable(name, resolved(value.trim_matches('"')))
    });
    Settings::load(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The lines of each service, by its name.
fn services() -> BTreeMap<String, Vec<String>> {
    let compose = read("docker-compose.yml");
    let mut services: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut name = None;
    let below = compose.lines().skip_while(|line| *line != "services:").skip(1);
    for line in below.take_while(|line| line.is_empty() || line.starts_with(' ')) {
        let key = line.strip_prefix("  ").filter(|line| line.starts_with(char::is_alphabetic));
        if let Some(key) = key {
            name = Some(key.trim_end_matches(':').to_owned());
        } else if let Some(name) = &name {
            services.entry(name.clone()).or_default().push(line.trim().to_owned());
        }
    }
    services
}

fn has(service: &[String], line: &str) -> bool {
    service.iter().any(|other| other == line)
}

/// The value of `key: ` in a service.
fn value<'a>(service: &'a [String], key: &str) -> Option<&'a str> {
    service.iter().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
}

/// The lines of a top-level key such as `networks:`.
fn section(name: &str) -> Vec<String> {
    let compose = read("docker-compose.yml");
    let below = compose.lines().skip_while(|line| !line.starts_with(name)).skip(1);
    below.take_while(|line| line.starts_with(' ')).map(|line| line.trim().to_owned()).collect()
}

/// Whether the service is one of those that show telemetry, which nothing of Plinth waits for.
fn shows_telemetry(service: &[String]) -> bool {
    value(service, "profiles") == Some("[observability]")
}

/// Whether the service runs once and ends.
fn is_one_shot(service: &[String]) -> bool {
    value(service, "restart") == Some("\"no\"")
}

#[test]
fn the_programs_start_under_what_compose_sets() {
    let settings = settings(&read("docker-compose.yml"), ": ");
    assert_eq!(settings.storage.kind, StorageKind::S3);
    assert!(settings.redis.url.is_some());
    assert!(settings.database.admin_url.is_some());
    assert!(
        settings.server.host.is_unspecified(),
        "it must be reachable from outside of the container"
    );
}

#[test]
fn the_images_set_settings_only_and_are_for_production() {
    let dockerfile = read("Dockerfile").replace("ENV ", "");
    let needed = "\nDATABASE_URL=postgres://localhost/plinth\
                  \nPLINTH_MAIL__KIND=none\
                  \nPLINTH_SECURITY__SECRET_KEY=0123456789abcdef0123456789abcdef";
    let settings = settings(&(dockerfile + needed), "=");
    assert!(settings.environment.is_production());
    assert!(settings.worker.health_file.is_some(), "the worker's health check looks at it");
}

#[test]
fn every_service_is_confined_pinned_and_monitored() {
    let services = services();
    assert_eq!(services.len(), 14, "{:?}", services.keys());
    for (name, service) in &services {
        assert!(has(service, "<<: *confined"), "{name}");
        // Images of telemetry have no program that could ask.
        let is_monitored = has(service, "healthcheck:") || shows_telemetry(service);
        assert!(is_monitored || is_one_shot(service), "{name}");
        for ports in service.iter().filter_map(|line| line.strip_prefix("ports: ")) {
            assert!(
                ports.starts_with("[\"127.0.0.1:"),
                "{name} is reachable by other machines: {ports}"
            );
        }
        if let Some(image) = value(service, "image") {
            let (_, tag) = image.split_once(':').unwrap();
            assert!(tag.contains('.'), "{name} is not pinned: {image}");
            assert!(value(service, "user").is_some(), "{name} begins as root");
        } else {
            assert!(value(service, "build").is_some(), "{name}");
        }
    }
}

#[test]
fn confined_services_are_bounded() {
    let confined = section("x-confined:");
    for bound in ["mem_limit", "pids_limit", "logging"] {
        assert!(value(&confined, bound).is_some(), "{bound}");
    }
    assert_eq!(value(&confined, "read_only"), Some("true"));
    assert_eq!(value(&confined, "cap_drop"), Some("[ALL]"));
}

#[test]
fn only_services_with_a_port_or_a_way_out_leave_the_private_network() {
    assert_eq!(value(&section("networks:"), "private"), Some("{ internal: true }"));
    assert_eq!(value(&section("x-confined:"), "networks"), Some("[private]"));
    for (name, service) in &services() {
        // The worker calls models, webhooks and mail servers.
        let leaves = value(service, "ports").is_some() || name == "worker";
        let networks = leaves.then_some("[private, edge]");
        assert_eq!(value(service, "networks"), networks, "{name}");
    }
}

#[test]
fn a_service_waits_until_what_it_needs_is_well_or_done() {
    let services = services();
    let mut conditions = 0;
    for (name, service) in &services {
        let waits = service.iter().filter_map(|line| line.split_once(": { condition: "));
        for (needed, condition) in waits {
            let wanted = if is_one_shot(&services[needed]) {
                "service_completed_successfully }"
            } else {
                "service_healthy }"
            };
            assert_eq!(condition, wanted, "{name} waits for {needed}");
            conditions += 1;
        }
    }
    assert_eq!(conditions, 11);
}

#[test]
fn a_container_has_longer_to_stop_than_the_program_takes() {
    let (services, settings) = (services(), settings(&read("docker-compose.yml"), ": "));
    let grace_period = |name: &str| {
        let text = value(&services[name], "stop_grace_period").unwrap();
        Duration::from_secs(text.strip_suffix('s').unwrap().parse().unwrap())
    };
    // Telemetry takes up to five seconds more.
    let rest = Duration::from_secs(5);
    let server = &settings.server;
    assert!(grace_period("api") > server.drain_delay + server.shutdown_deadline + rest);
    assert!(grace_period("worker") > settings.worker.shutdown_grace + rest);
}

#[test]
fn the_image_has_every_program_built_with_the_features_of_its_dependencies() {
    let dockerfile = read("Dockerfile");
    // Once where the dependencies are built, and once where the programs are.
    assert_eq!(dockerfile.matches(" -p plinth-cli -p plinth-render\n").count(), 2);
    assert!(dockerfile.contains("/programs target/release/plinth target/release/plinth-render "));
    for server in ["plinth-api", "plinth-worker"] {
        assert!(dockerfile.contains(&format!("ln -s plinth /programs/{server}")), "{server}");
    }
    // From source, nothing is linked, and unoptimised programs need no less space.
    let all = "-p plinth-api -p plinth-worker -p plinth-cli -p plinth-render\n";
    assert!(read("scripts/run-from-source").contains(all));
}

#[test]
fn versions_that_stand_in_two_places_are_the_same() {
    let toolchain = read("rust-toolchain.toml");
    let channel = toolchain.split('"').nth(1).unwrap();
    let from = format!("FROM rust:{channel}-");
    assert!(read("Dockerfile").contains(&from), "the Dockerfile has no {from}");

    let script = read("scripts/node");
    let version = script.lines().find_map(|line| line.strip_prefix("version=")).unwrap();
    let from = format!("FROM node:{version}-");
    assert!(read("Dockerfile").contains(&from), "the Dockerfile has no {from}");

    let from_source = read("docker-compose.dev.yml");
    assert!(from_source.contains(&format!("RUSTUP_TOOLCHAIN: \"{channel}\"\n")), "{channel}");

    let project = read("agents/pyproject.toml");
    let python = project.split("requires-python = \">=").nth(1).unwrap().split('"').next().unwrap();
    let from = format!("FROM python:{python}.");
    assert!(read("agents/Dockerfile").contains(&from), "agents/Dockerfile has no {from}");

    let script = read("scripts/s3");
    let version = script.lines().find_map(|line| line.strip_prefix("version=")).unwrap();
    let services = services();
    let image = value(&services["storage"], "image").unwrap();
    // scripts/pin-images appends a digest.
    let tagged = image.split('@').next().unwrap();
    assert_eq!(tagged, format!("chrislusf/seaweedfs:{version}"));
}
