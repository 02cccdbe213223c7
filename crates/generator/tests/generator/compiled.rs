use std::{env, fmt::Write, fs, path::Path, process::Command};

use crate::{TENDER, copy::Copy, root};

/// Every type, required and optional, and a reference to a generated record.
const AMENDMENT: &str = "amendment number:text:32:unique:search email:email:unique:optional \
    reason:longtext:search remark:longtext:optional:search value:money fee:money:optional signed_on:date \
    ends_on:date:optional sent_at:timestamp read_at:timestamp:optional pages:integer \
    weight:integer:optional renewed:bool paid:bool:optional state:enum:open,closed \
    stage:enum:one,two,three:optional country:text:2:optional metadata:json tender:ref \
    project:ref:optional";

/// A name of two words, and nothing to filter by or to refer to.
const PURCHASE_ORDER: &str = "purchase_order amount:integer";

/// What is tested of a record: its rules.
const RULES: [&str; 3] = ["tender::tests::", "amendment::tests::", "purchase_order::tests::"];

/// Both stores, its operations in the API and in the document.
const TESTS: [&str; 5] = ["tenders::", "amendments::", "purchase_orders::", "sweep::", "openapi::"];

#[test]
fn a_generated_record_passes_its_tests_at_once() {
    let (staged, copy) = (Copy::of(&root(), "staged"), Copy::at("generated"));
    for record in [TENDER, AMENDMENT, PURCHASE_ORDER] {
        staged.generate(record).unwrap();
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated-target");
    staged.write(".cargo/config.toml", &configuration(&staged, &target));
    copy.follow(&staged);

    let cargo = |arguments: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).args(["--offline", "--locked"]).current_dir(copy.root());
        cargo
    };
    let document = ["--", "openapi::the_committed_document_is_current"];
    // Of the whole workspace, so that the crates of others have the features that they were built with.
    run(&mut cargo(&["build", "--workspace", "--bin=with-servers"]));
    run(cargo(&["test", "--workspace", "--test=api"]).args(document).env("UPDATE", "1"));

    // The template of the databases needs the copy's migrations, so the servers are shared and
    // the template is not.
    let mut tests = Command::new(target.join("debug/with-servers"));
    for name in ["DATABASE_URL", "REDIS_URL", "S3_URL"] {
        tests.envs(env::var_os(format!("PLINTH_TEST_{name}")).map(|url| (name, url)));
    }
    tests.args([env!("CARGO"), "test", "--workspace", "--offline", "--locked"]);
    tests.args(["--test=contract", "--test=adapter", "--test=api", "--"]).args(TESTS);
    let stores_and_api = run(tests.current_dir(copy.root()));
    let rules = run(cargo(&["test", "--lib", "-p=plinth-domain"]).arg("--").args(RULES));
    for (tests, output) in [(&RULES[..], rules), (&TESTS[..], stores_and_api)] {
        for test in tests {
            assert!(output.contains(test), "no test of {test} has run:\n{output}");
        }
    }
}

/// Shares what the build of this test has made of the crates of others, and keeps the workspace's
/// own apart: Cargo tells the packages of two copies apart by their profiles only.
fn configuration(copy: &Copy, target: &Path) -> String {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata = String::from_utf8(metadata.stdout).unwrap();
    let directory = |name: &str| {
        let (_, rest) = metadata.rsplit_once(&format!("\"{name}\":\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let mut text = format!(
        "[build]\nbuild-dir = '{}'\ntarget-dir = '{}'\n",
        directory("build_directory"),
        target.display(),
    );
    for manifest in copy.texts().keys().filter(|file| file.ends_with("Cargo.toml")) {
        let manifest = fs::read_to_string(copy.root().join(manifest)).unwrap();
        if let Some((_, rest)) = manifest.split_once("[package]\nname = \"") {
            let name = rest.split('"').next().unwrap();
            writeln!(text, "[profile.dev.package.{name}]\ncodegen-units = 199").unwrap();
        }
    }
    text
}

/// Runs a program, and answers what it prints.
fn run(program: &mut Command) -> String {
    let output = program.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program:?}\n{stderr}\n{stdout}");
    stdout
}
