//! The crates of the workspace, as Cargo describes them.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// One crate of the workspace.
pub struct Package {
    /// The folder of its manifest, relative to the workspace's root.
    pub folder: PathBuf,
    /// What it depends on for more than its tests, by package name.
    pub dependencies: BTreeSet<String>,
    /// The names of its binaries.
    pub binaries: Vec<String>,
}

impl Package {
    /// The last part of its folder: `object-store`.
    pub fn folder_name(&self) -> &str {
        self.folder.file_name().unwrap().to_str().unwrap()
    }
}

/// The workspace's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// Every crate of the workspace, by package name.
pub fn packages() -> BTreeMap<String, Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.map(|package| (text(&package["name"]), read(package))).collect()
}

fn read(package: &Value) -> Package {
    let manifest = PathBuf::from(text(&package["manifest_path"]));
    let folder = manifest.parent().unwrap().strip_prefix(root()).unwrap().to_owned();
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    // A dependency of tests or of a build script has a kind; a normal one has none.
    let dependencies = dependencies.filter(|dependency| dependency["kind"].is_null());
    let targets = package["targets"].as_array().unwrap().iter();
    let binaries = targets.filter(|target| target["kind"][0] == "bin");
    Package {
        folder,
        dependencies: dependencies.map(|dependency| text(&dependency["name"])).collect(),
        binaries: binaries.map(|target| text(&target["name"])).collect(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
