use std::{fmt::Write, fs, path::Path, process::Command};

use crate::{CONTRACT, copy::Copy, root};

/// Every type, required and optional, and a reference to a generated record.
const AMENDMENT: &str = "amendment number:text:32:unique email:email:unique:optional \
    reason:longtext remark:longtext:optional value:money fee:money:optional signed_on:date \
    ends_on:date:optional sent_at:timestamp read_at:timestamp:optional pages:integer \
    weight:integer:optional renewed:bool paid:bool:optional state:enum:open,closed \
    stage:enum:one,two,three:optional country:text:2:optional metadata:json contract:ref \
    project:ref:optional";

/// What is tested of a record: its rules, both stores, its operations in the API and in the
/// document.
const TESTS: &[&str] = &[
    "contract::tests::",
    "amendment::tests::",
    "contracts::",
    "amendments::",
    "sweep::",
    "openapi::",
];

const PACKAGES: &[&str] =
    &["-p", "plinth-domain", "-p", "plinth-memory", "-p", "plinth-postgres", "-p", "plinth-rest"];

#[test]
fn a_generated_record_passes_its_tests_at_once() {
    let (staged, copy) = (Copy::of(&root(), "staged"), Copy::at("generated"));
    staged.generate(CONTRACT).unwrap();
    staged.generate(AMENDMENT).unwrap();
    staged.write(".cargo/config.toml", &configuration(&staged));
    copy.follow(&staged);

    let document = "openapi::the_committed_document_is_current";
    test(cargo(copy.root()).args(PACKAGES).args(["--", document]).env("UPDATE", "1"));
    let output = test(cargo(copy.root()).args(PACKAGES).arg("--").args(TESTS));
    for test in TESTS {
        assert!(output.contains(test), "no test of {test} has run:\n{output}");
    }
}

/// Shares what the build of this test has made of the crates of others, and keeps the workspace's
/// own apart: Cargo tells the packages of two copies apart by their profiles only.
fn configuration(copy: &Copy) -> String {
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
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated-target");
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

fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--offline", "--locked", "--lib", "--tests"]).current_dir(root);
    cargo
}

/// Runs the tests, and answers what they print.
fn test(cargo: &mut Command) -> String {
    let output = cargo.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{cargo:?}\n{stderr}\n{stdout}");
    stdout
}
