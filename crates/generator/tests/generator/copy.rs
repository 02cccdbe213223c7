use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A copy of a folder under `target/tmp`.
pub struct Copy(PathBuf);

impl Copy {
    /// Makes the copy of this name equal to `source`: what git knows there, and
    /// what it would take in. A file that is equal already is left alone, so
    /// that Cargo builds only what differs from the copy before.
    pub fn of(source: &Path, name: &str) -> Self {
        let copy = Self::at(name);
        copy.become_equal(texts(source));
        copy
    }

    /// The copy of this name as it is.
    pub fn at(name: &str) -> Self {
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    pub fn root(&self) -> &Path {
        &self.0
    }

    /// Makes it equal to another copy.
    pub fn follow(&self, other: &Self) {
        self.become_equal(other.texts());
    }

    /// Every file, by its path.
    pub fn texts(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = Vec::new();
        walk(&self.0, &mut files);
        let relative = |file: &PathBuf| file.strip_prefix(&self.0).unwrap().to_owned();
        files.iter().map(|file| (relative(file), fs::read(file).unwrap())).collect()
    }

    /// Writes a file into it.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a record into it by the program; its answer, or its error.
    pub fn generate(&self, arguments: &str) -> Result<String, String> {
        let output = Command::new(env!("CARGO_BIN_EXE_plinth-generator"))
            .arg("record")
            .args(arguments.split_whitespace())
            .arg("--root")
            .arg(&self.0)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    fn become_equal(&self, wanted: BTreeMap<PathBuf, Vec<u8>>) {
        if self.0.exists() {
            for file in self.texts().into_keys().filter(|file| !wanted.contains_key(file)) {
                fs::remove_file(self.0.join(file)).unwrap();
            }
        }
        for (file, text) in wanted {
            let path = self.0.join(file);
            if fs::read(&path).is_ok_and(|old| old == text) {
                continue;
            }
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
}

fn texts(repository: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(repository)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = String::from_utf8(output.stdout).unwrap();
    let files = files.split_terminator('\0').map(PathBuf::from);
    // What git knows may have been removed since.
    files.filter_map(|file| Some((file.clone(), fs::read(repository.join(file)).ok()?))).collect()
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), into);
        } else {
            into.push(entry.path());
        }
    }
}
