//! The files that the command keeps for a user.

use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process,
    time::Duration,
};

use tokio::time::sleep;

use crate::failure::Result;

/// How often a lock is tried that another process has, and how long is waited between two tries.
const LOCK_TRIES: u32 = 1_000;
const LOCK_WAIT: Duration = Duration::from_millis(100);

/// A folder that only its user can read.
#[derive(Debug, Clone)]
pub(super) struct Store {
    folder: PathBuf,
}

impl Store {
    /// `$XDG_CONFIG_HOME/plinth`, or `~/.config/plinth` (XDG Base Directory Specification).
    pub(super) fn of_user() -> Result<Self> {
        let set = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let config =
            set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")));
        let config = config.ok_or("set HOME or XDG_CONFIG_HOME: the login is stored there")?;
        Ok(Self { folder: config.join("plinth") })
    }

    #[cfg(test)]
    pub(super) const fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads a file; `None` if it does not exist.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(name)) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces a file: other processes read the content of before or this one, whole.
    pub(super) fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        self.create()?;
        let beside = self.path(&format!("{name}.{}", process::id()));
        let replaced = write(&beside, content).and_then(|()| fs::rename(&beside, self.path(name)));
        if replaced.is_err() {
            let _ = fs::remove_file(&beside);
        }
        replaced
    }

    /// Waits for other processes, and keeps them out until the file is dropped.
    pub(super) async fn lock(&self) -> Result<File> {
        self.create()?;
        let path = self.path("lock");
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).mode(0o600).open(&path)?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => sleep(LOCK_WAIT).await,
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
        Err(format!("another process holds {}", path.display()).into())
    }

    fn create(&self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)
    }
}

/// Writes a new file. The mode is set at creation, so that other users can never read it.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        // An earlier process of the same number was killed while writing it.
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_user_can_read_what_is_stored_and_nothing_half_written_is_left() {
        let parent = tempfile::tempdir().unwrap();
        let store = Store::at(parent.path().join("a/plinth"));
        assert_eq!(store.read("file").unwrap(), None);
        for content in [b"one".as_slice(), b"two"] {
            store.replace("file", content).unwrap();
            assert_eq!(store.read("file").unwrap().unwrap(), content);
        }
        assert_eq!(mode(&store.path("file")), 0o600);
        assert_eq!(mode(&parent.path().join("a/plinth")), 0o700);
        assert_eq!(fs::read_dir(parent.path().join("a/plinth")).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_lock_keeps_others_out_until_it_is_dropped() {
        let parent = tempfile::tempdir().unwrap();
        let store = Store::at(parent.path().join("plinth"));
        let held = store.lock().await.unwrap();
        let other = File::open(store.path("lock")).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(held);
        store.lock().await.unwrap();
    }
}
