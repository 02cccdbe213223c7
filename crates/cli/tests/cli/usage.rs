//! Arguments and settings.

use crate::support::Scratch;

#[test]
fn every_command_explains_itself() {
    let scratch = Scratch::new();
    for command in [
        "",
        "dev",
        "migrate",
        "migrate up",
        "migrate down",
        "migrate status",
        "seed",
        "openapi",
        "doctor",
        "organization",
        "organization move",
        "operator",
        "operator organizations",
        "operator key",
        "cell",
        "cell join",
        "mail",
        "mail preview",
        "login",
        "logout",
        "whoami",
        "list",
        "get",
        "create",
        "update",
        "delete",
        "call",
        "upload",
        "watch",
    ] {
        let arguments: Vec<_> = command.split_whitespace().chain(["--help"]).collect();
        let help = scratch.run(&arguments, &[]).well();
        let usage = format!("Usage: plinth {command}");
        assert!(help.contains(usage.trim_end()), "{help}");
        let about = help.lines().next().unwrap();
        assert!(about.len() > 20, "`plinth {command} --help` begins with: {about}");
        assert!(help.lines().all(|line| line.chars().count() <= 110), "too wide: {help}");
    }
}

#[test]
fn invalid_arguments_have_another_exit_code_than_failures() {
    let scratch = Scratch::new();
    for wrong in [
        "",
        "serve",
        "dev --port 70000",
        "migrate down --steps 0",
        "migrate down --all --steps 2",
        "list projects --limit 0",
        "list projects --limit 7 --all",
        "get",
        "upload",
    ] {
        let arguments: Vec<_> = wrong.split_whitespace().collect();
        scratch.run(&arguments, &[]).badly(2);
    }
}

#[test]
fn invalid_settings_fail_every_command_with_all_faults() {
    let scratch = Scratch::new();
    let faults = [
        ("PORT", "eighty"),
        ("PLINTH_DATABASE__MAX_CONNECTIONS", "0"),
        ("REDIS_URL", "http://ada:hidden-word@localhost"),
        ("PLINTH_SERVR__HOST", "localhost"),
    ];
    for command in ["dev", "migrate up", "migrate down", "migrate status", "seed"] {
        let arguments: Vec<_> = command.split_whitespace().collect();
        let message = scratch.run(&arguments, &faults).badly(78);
        assert!(message.starts_with("the settings have 4 faults:"), "{command}: {message}");
        for named in ["server.port", "database.max_connections", "redis.url", "PLINTH_SERVR__HOST"]
        {
            assert!(message.contains(named), "{command}: {message}");
        }
        assert!(message.contains("for example PLINTH_SERVER__PORT=8080"), "{message}");
        assert!(!message.contains("hidden-word"), "{message}");
    }
    assert!(!scratch.postgres().exists(), "nothing was started");
}

#[test]
fn in_production_no_private_database_is_started() {
    let scratch = Scratch::new();
    let production = [("PLINTH_ENVIRONMENT", "production")];
    let message = scratch.run(&["migrate", "up"], &production).badly(78);
    assert!(message.contains("database.url is missing"), "{message}");
    assert!(message.contains("security.secret_key is missing"), "{message}");

    let message = scratch.run(&["dev"], &production).badly(1);
    assert!(message.contains("`plinth dev` is for development"), "{message}");
    assert!(!scratch.postgres().exists(), "nothing was started");
}
