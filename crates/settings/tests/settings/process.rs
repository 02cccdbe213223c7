//! The sources of a real process.

use std::{env, fs, process::Command};

use plinth_settings::{Origin, Settings, Sources, reference};

#[test]
fn a_process_reads_the_files_in_its_working_directory() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("plinth.toml"), "[database]\nlock_timeout_ms = 5").unwrap();
    fs::write(directory.path().join(".env"), "PLINTH_DATABASE__ACQUIRE_TIMEOUT_MS=6").unwrap();
    env::set_current_dir(directory.path()).unwrap();

    let sources = Sources::process();
    let origin = |name: &str| {
        sources.origin(reference::all().find(|setting| setting.name() == name).unwrap())
    };
    assert_eq!(origin("database.lock_timeout_ms"), Origin::File("plinth.toml".into()));
    assert_eq!(
        origin("database.acquire_timeout_ms"),
        Origin::DotEnv("PLINTH_DATABASE__ACQUIRE_TIMEOUT_MS".into())
    );
    assert_eq!(origin("database.statement_timeout_ms"), Origin::Default);
}

#[test]
fn a_file_that_is_named_has_to_be_there() {
    if env::var_os("PLINTH_TEST_CHILD").is_some() {
        let faults = Settings::load(&Sources::process()).err();
        println!("{}", faults.map(|faults| faults.to_string()).unwrap_or_default());
        return;
    }
    // Variables can be set for a child only: for oneself it is unsafe.
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "process::a_file_that_is_named_has_to_be_there", "--nocapture"])
        .env("PLINTH_TEST_CHILD", "1")
        .env("PLINTH_CONFIG", "not-there.toml")
        .output()
        .unwrap();
    let written = String::from_utf8(child.stdout).unwrap();
    let expected = "not-there.toml does not exist, and PLINTH_CONFIG names it";
    assert!(written.contains(expected), "{written}");
}
