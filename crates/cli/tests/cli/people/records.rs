//! `plinth list`, `get`, `create`, `update`, `delete` and `call`.

use std::fs;

use super::{json, log_in, run};
use crate::{running::Running, support::Scratch};

#[tokio::test]
async fn a_user_works_with_the_records_that_the_server_documents() {
    let scratch = Scratch::new();
    let running = Running::start(&scratch, &[]);
    log_in(&scratch, &running.base).well();
    lists(&scratch);
    one(&scratch);
    refusals(&scratch);
    calls(&scratch);
    drop(running);
}

fn lists(scratch: &Scratch) {
    let resources = run(scratch, &["list"]).well();
    for resource in ["projects ", "invoices ", "contracts/{id}/positions "] {
        assert!(resources.contains(resource), "{resources}");
    }

    let table = run(scratch, &["list", "projects", "--sort", "name"]).well();
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), 12, "{table}");
    assert!(lines[0].starts_with("id ") && lines[0].contains("  code "), "{table}");
    assert!(table.contains("  HRB-7 ") && table.contains("Harbour, quay 7"), "{table}");
    let invoices = run(scratch, &["list", "invoices", "--limit", "3"]);
    assert!(invoices.stderr.contains("there are more"), "{}", invoices.stderr);
    let invoices = invoices.well();
    assert!(invoices.contains(" EUR"), "an amount is a decimal: {invoices}");

    let first = json(scratch, &["list", "projects", "--limit", "5", "--sort", "name"]);
    let names = first.as_array().unwrap().iter().map(|record| record["name"].as_str().unwrap());
    let names: Vec<_> = names.collect();
    assert_eq!(names.len(), 5);
    assert!(names.is_sorted(), "{names:?}");
    let all = ["list", "projects", "--all", "--filter", "archived=any", "--output", "json"];
    assert_eq!(run(scratch, &all).well().lines().count(), 12);
    let some = ["list", "projects", "-q", "harbour", "--columns", "code,name"];
    assert_eq!(run(scratch, &some).well(), "code   name\nHRB-7  Harbour, quay 7\n");

    let none = run(scratch, &["list", "projects", "--filter", "code=NONE-1"]);
    assert!(none.stderr.contains("there are no such records"), "{}", none.stderr);
    assert_eq!(none.well(), "");
    let none = ["list", "projects", "--filter", "code=NONE-1"];
    assert_eq!(json(scratch, &none), serde_json::json!([]));
}

fn one(scratch: &Scratch) {
    let hostile = "metadata:={\"note\": \"a\\u001b[2Jb\\u009bc\"}";
    let fields = ["code=CLI-1", "name=Pier 'nine'", "starts_on=2026-11-20", hostile];
    let created = json(scratch, &[&["create", "projects"][..], &fields].concat());
    let id = created["id"].as_str().unwrap();
    assert_eq!(created["starts_on"], "2026-11-20");
    assert_eq!(created["metadata"]["note"], "a\u{1b}[2Jb\u{9b}c");

    // What a client has stored does not act on the terminal of another.
    let shown = run(scratch, &["get", "projects", id]).well();
    assert!(shown.starts_with(&format!("id             {id}\n")), "{shown}");
    assert!(shown.contains("metadata.note  a [2Jb c\n"), "{shown:?}");
    let printed = run(scratch, &["get", "projects", id, "--output", "json"]).well();
    assert!(printed.chars().all(|c| c == '\n' || !c.is_control()), "{printed:?}");

    let changed = json(scratch, &["update", "projects", id, "status=active", "starts_on=null"]);
    assert_eq!((&changed["status"], changed["starts_on"].is_null()), (&"active".into(), true));
    let stale = ["update", "projects", id, "--if-version", "1", "name=x"];
    assert!(run(scratch, &stale).badly(1).contains("(if_match.stale, request "));
    assert_eq!(json(scratch, &["get", "organization"])["slug"], "demo");
    run(scratch, &["delete", "projects", id]).well();
    assert_eq!(json(scratch, &["get", "projects", id])["status"], "archived");
}

fn refusals(scratch: &Scratch) {
    for (arguments, expected) in [
        (&["list", "boats"][..], "the server has no `boats` for GET; its lists are "),
        (
            &["list", "projects", "--filter", "colour=red"][..],
            "the list takes no `colour`; it takes status",
        ),
        (&["list", "organization"][..], "is no list: plinth get organization"),
        (&["get", "projects"][..], "`projects` is a list: plinth list projects"),
        (&["get", "projects", "../members"][..], "(path.id, request "),
        (&["get", "projects", ".."][..], "a part of the path is empty"),
        (&["create", "projects", "colour=red"][..], "there is no field `colour`; there are code, "),
        (&["create", "projects", "code=a b"][..], "/name: "),
        (&["create", "documents"][..], "it takes multipart/form-data, and no JSON: plinth upload"),
        (&["create", "projects", "--data", "[1"][..], "the body is no JSON"),
        (&["delete", "projects"][..], "`projects` takes GET, POST, and no DELETE"),
        (&["call", "launch"][..], "the server has no operation `launch`"),
        (&["call", "get_project"][..], "get_project needs id=…"),
    ] {
        let said = run(scratch, arguments).badly(1);
        assert!(said.starts_with("error: ") && said.contains(expected), "{arguments:?}: {said}");
    }
}

fn calls(scratch: &Scratch) {
    let project = json(scratch, &["list", "projects", "-q", "HRB-7"])[0]["id"].clone();
    let id = format!("id={}", project.as_str().unwrap());
    assert_eq!(json(scratch, &["call", "get_project", &id])["code"], "HRB-7");

    let table = "name,role,address.country\nKaimauer GmbH,customer,DE\n";
    fs::write(scratch.path().join("parties.csv"), table).unwrap();
    let imported = run(scratch, &["call", "import_parties", "--data", "@parties.csv"]);
    assert_eq!(imported.code, Some(0), "{}", imported.stderr);
    let found = ["list", "parties", "-q", "Kaimauer", "--columns", "name,address.country"];
    let found = run(scratch, &found).well();
    assert!(found.ends_with("Kaimauer GmbH  DE\n"), "{found}");
}
