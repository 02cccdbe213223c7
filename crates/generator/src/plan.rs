use std::{collections::BTreeMap, fmt, fs, path::PathBuf};

use crate::{Error, record::Record, registration, rustfmt, templates, workspace::Workspace};

/// Everything that a record writes, computed and checked before anything is
/// written.
#[derive(Debug)]
pub struct Plan {
    root: PathBuf,
    record: String,
    /// Path and text of each new file.
    created: BTreeMap<String, String>,
    /// Path of each shared file, with its text before and after.
    edited: BTreeMap<String, (String, String)>,
}

/// What was written.
#[derive(Debug)]
pub struct Report {
    record: String,
    created: Vec<(String, usize)>,
    edited: Vec<(String, usize)>,
}

impl Plan {
    /// Plans a record; an error where a name is taken or a shared file has no
    /// place for it.
    pub fn of(workspace: &Workspace, record: &Record) -> Result<Self, Error> {
        free(workspace, record)?;
        let step = format!("m{:04}_{}", workspace.next_step()?, record.plural.snake);
        let root = workspace.root();
        let mut created = BTreeMap::new();
        for (file, text) in templates::render(record, &step)? {
            if workspace.has(&file) {
                return Err(Error::Taken(file));
            }
            let text = rustfmt::format(root, &file, &text)?;
            created.insert(file, text);
        }
        let mut edited: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (file, place, line) in registration::of(record, &step) {
            if !edited.contains_key(file) {
                let text = workspace.read(file)?;
                edited.insert(file.to_owned(), (text.clone(), text));
            }
            if let Some((_, text)) = edited.get_mut(file) {
                *text = place.insert(file, text, &line)?;
            }
        }
        for (file, (_, text)) in &mut edited {
            *text = rustfmt::format(root, file, text)?;
        }
        Ok(Self { root: root.to_owned(), record: record.name.label.clone(), created, edited })
    }

    /// Path and text of each new file.
    #[must_use]
    pub fn created(&self) -> &BTreeMap<String, String> {
        &self.created
    }

    /// Path of each shared file, with its text before and after.
    #[must_use]
    pub fn edited(&self) -> &BTreeMap<String, (String, String)> {
        &self.edited
    }

    /// How many lines the shared files gain.
    #[must_use]
    pub fn added_lines(&self) -> usize {
        self.edited.values().map(|(old, new)| added(old, new)).sum()
    }

    /// Writes all of it, or nothing.
    pub fn write(self) -> Result<Report, Error> {
        if let Err(error) = self.write_all() {
            self.take_back();
            return Err(error);
        }
        let lines = |text: &String| text.lines().count();
        Ok(Report {
            created: self.created.iter().map(|(file, text)| (file.clone(), lines(text))).collect(),
            edited: self
                .edited
                .iter()
                .map(|(f, (old, new))| (f.clone(), added(old, new)))
                .collect(),
            record: self.record,
        })
    }

    fn write_all(&self) -> Result<(), Error> {
        let texts = self.created.iter().chain(self.edited.iter().map(|(f, (_, new))| (f, new)));
        for (file, text) in texts {
            let path = self.root.join(file);
            fs::write(&path, text).map_err(|source| Error::Io { path, source })?;
        }
        Ok(())
    }

    /// Undoes what was written before it failed, as far as the disk allows.
    fn take_back(&self) {
        for file in self.created.keys() {
            drop(fs::remove_file(self.root.join(file)));
        }
        for (file, (old, _)) in &self.edited {
            drop(fs::write(self.root.join(file), old));
        }
    }
}

/// Refuses a name that the domain or the schema has.
fn free(workspace: &Workspace, record: &Record) -> Result<(), Error> {
    let domain = workspace.read("crates/domain/src/lib.rs")?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = domain.split(|c| !is_word(c));
    let types = record.types();
    if let Some(taken) = words.find(|word| types.iter().any(|name| name == word)) {
        return Err(Error::Taken(format!("plinth_domain::{taken}")));
    }
    let table = format!("CREATE TABLE {} (", record.plural.snake);
    for file in workspace.files("migration/src/steps")? {
        if workspace.read(&format!("migration/src/steps/{file}"))?.contains(&table) {
            return Err(Error::Taken(format!("the table {}", record.plural.snake)));
        }
    }
    Ok(())
}

/// How many lines of `new` are not in `old`.
fn added(old: &str, new: &str) -> usize {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for line in old.lines() {
        *known.entry(line).or_default() += 1;
    }
    let is_new = |line: &&str| match known.get_mut(*line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    new.lines().filter(is_new).count()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The record `{}` has {} new files:", self.record, self.created.len())?;
        for (file, lines) in &self.created {
            writeln!(f, "  {lines:>4} lines  {file}")?;
        }
        let (lines, files) =
            (self.edited.iter().map(|(_, lines)| lines).sum::<usize>(), self.edited.len());
        writeln!(f, "and {lines} new lines in {files} shared files:")?;
        for (file, lines) in &self.edited {
            writeln!(f, "  {lines:>4} lines  {file}")?;
        }
        write!(f, "docs/adding-a-record.md says what to edit next.")
    }
}
