//! `plinth operator`, against the API of operators of a running installation.

use std::net::{Ipv4Addr, TcpListener};

use serde_json::Value;

use crate::{running::Running, support::Scratch};

/// A key, and its entry for the setting.
fn key(scratch: &Scratch, name: &str) -> (String, String) {
    let printed = scratch.run(&["operator", "key", name], &[]).well();
    let value = |label: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(label));
        line.unwrap().trim().to_owned()
    };
    (value("key"), value("setting"))
}

/// An address of this machine that nothing listens on.
fn free() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().to_string()
}

#[test]
fn a_key_is_random_and_named() {
    let scratch = Scratch::new();
    let ((one, setting), (other, _)) = (key(&scratch, "anna"), key(&scratch, "anna"));
    assert!(one.starts_with("plo_") && one.len() == 47, "{one}");
    assert_ne!(one, other);
    assert!(setting.starts_with("anna:") && setting.len() == 69, "{setting}");
    assert!(!setting.contains(&one));
    let said = scratch.run(&["operator", "key", "an na"], &[]).badly(1);
    assert!(said.contains("1 to 40 letters"), "{said}");
}

#[test]
fn no_key_travels_without_encryption() {
    let scratch = Scratch::new();
    let (key, _) = key(&scratch, "anna");
    let remote = ["operator", "log", "--url", "http://ops.example.com"];
    let said = scratch.run(&remote, &[("PLINTH_OPERATOR_KEY", &key)]).badly(1);
    assert!(said.contains("use https") && !said.contains(&key), "{said}");
    let said = scratch.run(&["operator", "log"], &[]).badly(1);
    assert!(said.contains("PLINTH_OPERATOR_KEY"), "{said}");
}

#[tokio::test]
async fn an_operator_suspends_and_resumes_an_organization_of_a_running_installation() {
    let scratch = Scratch::new();
    let ((key, setting), address) = (key(&scratch, "anna"), free());
    let settings = [("PLINTH_OPERATOR__LISTEN", &*address), ("PLINTH_OPERATOR__KEYS", &*setting)];
    let running = Running::start(&scratch, &settings);
    let url = format!("http://{address}");
    let with_key = [("PLINTH_OPERATOR_URL", &*url), ("PLINTH_OPERATOR_KEY", &*key)];
    let run = |arguments: &[&str]| scratch.run(&[&["operator"][..], arguments].concat(), &with_key);

    let listed: Value =
        serde_json::from_str(&run(&["organizations", "list", "--json"]).well()).unwrap();
    let id = listed[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(listed[0]["status"], "active");
    let table = run(&["organizations", "list"]).well();
    assert!(table.lines().next().unwrap().starts_with("id "), "{table}");
    assert!(table.contains(&id), "{table}");

    let plan = ["organizations", "plan", &id, "--reason", "contract", "--plan"];
    let plan = [&plan[..], &["default", "--billing-reference", "cus_1"]].concat();
    assert!(run(&plan).well().contains("default"));
    let suspend = ["organizations", "suspend", &id, "--reason", "unpaid"];
    assert!(run(&suspend).well().contains("suspended"));
    let resume = ["organizations", "resume", &id, "--reason", "paid"];
    assert!(run(&resume).well().contains("active"));
    assert!(run(&["organizations", "hold", &id, "--reason", "court"]).well().contains("true"));
    assert!(run(&["organizations", "release", &id, "--reason", "over"]).well().contains("false"));
    let log: Value = serde_json::from_str(&run(&["log", "--json"]).well()).unwrap();
    let log: Vec<_> = log.as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(
        log,
        [
            "organization.released",
            "organization.held",
            "organization.reactivated",
            "organization.suspended",
            "organization.plan_assigned"
        ]
    );

    let said = run(&["impersonate", &id, "--reason", "Ticket 7"]).badly(1);
    assert!(said.contains("(support_access.missing, request "), "{said}");
    for empty in [&["jobs", "dead"][..], &["certificates"], &["announcements"]] {
        run(empty).well();
    }
    let announce = ["announce", "--de", "Wartung", "--en", "Maintenance", "--from"];
    let announce = [&announce[..], &["2026-01-01T00:00:00Z", "--until", "x"]].concat();
    let said = run(&announce).badly(1);
    assert!(said.contains("/ends_at: ") && said.contains("(time.malformed)"), "{said}");
    let wrong = [("PLINTH_OPERATOR_URL", &*url), ("PLINTH_OPERATOR_KEY", "plo_wrong")];
    let said = scratch.run(&["operator", "log"], &wrong).badly(1);
    assert!(said.contains("(operator.key_invalid, request "), "{said}");
    drop(running);
}
