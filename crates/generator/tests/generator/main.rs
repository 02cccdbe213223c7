//! The generator on this repository's own files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test is a failure with a line number"
)]

mod compiled;
mod copy;
mod guide;
mod plan;
mod refusals;

use std::path::{Path, PathBuf};

use plinth_generator::{Error, Plan, Record, Workspace};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The arguments of `./justw new record`, as the guide has them.
const TENDER: &str = "tender title:text value:money project:ref";

/// Plans the record of a command line without writing it.
fn plan(root: &Path, arguments: &str) -> Result<Plan, Error> {
    let mut words = arguments.split_whitespace().map(str::to_owned);
    let name = words.next().unwrap();
    let workspace = Workspace::at(root);
    let record = Record::parse(&workspace, &name, None, &words.collect::<Vec<_>>())?;
    Plan::of(&workspace, &record)
}
