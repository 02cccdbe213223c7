use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::Error;

/// The repository that is written into.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

/// A record that exists, and can be referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Existing {
    /// Its type in the domain: `Project`.
    pub(crate) pascal: String,
    /// Its table: `projects`.
    pub(crate) table: String,
}

impl Workspace {
    /// The repository whose root is `root`.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads a file; its path is relative to the root.
    pub(crate) fn read(&self, file: &str) -> Result<String, Error> {
        let path = self.root.join(file);
        fs::read_to_string(&path).map_err(|source| Error::Io { path, source })
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, file: &str) -> bool {
        self.root.join(file).exists()
    }

    /// The names of the files in a folder.
    pub(crate) fn files(&self, folder: &str) -> Result<Vec<String>, Error> {
        let path = self.root.join(folder);
        let names = || -> io::Result<Vec<String>> {
            let entries = fs::read_dir(&path)?.collect::<io::Result<Vec<_>>>()?;
            Ok(entries.iter().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
        };
        names().map_err(|source| Error::Io { path: path.clone(), source })
    }

    /// Every record that implements the port `Record`.
    pub(crate) fn records(&self) -> Result<Vec<Existing>, Error> {
        let folder = "crates/ports/src/records";
        let mut records = Vec::new();
        for file in self.files(folder)? {
            let text = self.read(&format!("{folder}/{file}"))?;
            let between =
                |start, end| Some(text.split_once(start)?.1.split_once(end)?.0.to_owned());
            let pascal = between("impl Record for ", " {");
            let table = between("const TABLE: &'static str = \"", "\"");
            records.extend(pascal.zip(table).map(|(pascal, table)| Existing { pascal, table }));
        }
        records.sort_by(|one, other| one.pascal.cmp(&other.pascal));
        Ok(records)
    }

    /// Whether the REST tests can create one.
    pub(crate) fn has_sample(&self, record: &Existing) -> Result<bool, Error> {
        let file = format!("crates/rest/tests/api/{}.rs", record.table);
        Ok(self.has(&file) && self.read(&file)?.contains("pub async fn sample("))
    }

    /// The number of the next migration step.
    pub(crate) fn next_step(&self) -> Result<u32, Error> {
        let files = self.files("migration/src/steps")?;
        let number = |file: &String| file.strip_prefix('m')?.split_once('_')?.0.parse::<u32>().ok();
        Ok(files.iter().filter_map(number).max().unwrap_or(0) + 1)
    }
}
