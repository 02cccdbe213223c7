//! The staging folder, where files are written before they become blobs.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::parts::Part;

use super::files::{present, remove};

/// The name of the staging folder. It is inside the blobs' folder, because a rename works only
/// within one file system.
pub(super) const STAGING: &str = ".uploads";
/// The extension of a file that a single call writes. Uploads in parts have none.
const AT_ONCE: &str = "put";
/// A file of a single call that is older than this was left behind by a crash.
const ABANDONED: Duration = Duration::from_hours(24);
/// The length of a piece that takes a core for long enough to delay others, in bytes.
const LARGE: usize = 256 * 1024;

/// The number of bytes that are copied without letting other threads go first.
const STEP: usize = 128 * 1024;

/// The permission to copy a piece to the kernel.
pub(super) struct Copy(Option<OwnedSemaphorePermit>);

impl Copy {
    /// Copies the bytes, and lets the next piece be copied. They are not synced yet.
    fn write(self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        for some in bytes.chunks(STEP) {
            file.write_all(some)?;
            // Requests go first: the kernel may take milliseconds for each megabyte.
            thread::yield_now();
        }
        drop(self.0);
        Ok(())
    }
}

/// The files of unfinished uploads.
#[derive(Debug, Clone)]
pub(super) struct Staging {
    root: PathBuf,
    /// A large piece is copied to the kernel at a time, so that copies use one core at most.
    copies: Arc<Semaphore>,
}

impl Staging {
    /// Opens the staging folder of the blobs in `root`; both are created if missing.
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root.join(STAGING))?;
        let staging = Self { root: root.canonicalize()?, copies: Arc::new(Semaphore::new(1)) };
        staging.sweep()?;
        Ok(staging)
    }

    /// The folder of the blobs.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a whole blob.
    pub(super) fn put(&self, copy: Copy, id: Uuid, bytes: &[u8], target: &Path) -> io::Result<()> {
        let staged = self.upload(id).with_extension(AT_ONCE);
        let written = File::create_new(&staged).and_then(|mut file| {
            copy.write(&mut file, bytes)?;
            file.sync_all()
        });
        let placed = written.and_then(|()| self.place(&staged, target));
        if placed.is_err() {
            // Best effort: otherwise the sweep removes it. The first error is the one to report.
            let _ = remove(&staged);
        }
        placed
    }

    /// Begins an upload without parts.
    pub(super) fn begin(&self, id: Uuid) -> io::Result<()> {
        File::create_new(self.upload(id)).map(drop)
    }

    /// Writes and syncs a part; false when there is no such upload.
    pub(super) fn put_part(&self, copy: Copy, part: Part, bytes: &[u8]) -> io::Result<bool> {
        let staged = OpenOptions::new().write(true).open(self.upload(part.upload));
        let Some(mut file) = present(staged)? else { return Ok(false) };
        file.seek(SeekFrom::Start(part.offset()))?;
        copy.write(&mut file, bytes)?;
        file.sync_data()?;
        Ok(true)
    }

    /// Turns the first `length` bytes of an upload into a blob; false when the upload is shorter.
    pub(super) fn complete(&self, id: Uuid, length: u64, target: &Path) -> io::Result<bool> {
        let staged = self.upload(id);
        let opened = present(OpenOptions::new().write(true).open(&staged))?;
        let Some(file) = opened else { return Ok(false) };
        if file.metadata()?.len() < length {
            return Ok(false);
        }
        file.set_len(length)?;
        file.sync_all()?;
        self.place(&staged, target)?;
        Ok(true)
    }

    /// Removes an upload, if it exists.
    pub(super) fn abort(&self, id: Uuid) -> io::Result<()> {
        remove(&self.upload(id))
    }

    /// The permission to copy these bytes; small ones need none. It must be taken before a thread
    /// that may block is.
    pub(super) async fn copy(&self, bytes: &[u8]) -> Copy {
        if bytes.len() < LARGE {
            return Copy(None);
        }
        Copy(Arc::clone(&self.copies).acquire_owned().await.ok())
    }

    fn upload(&self, id: Uuid) -> PathBuf {
        self.root.join(STAGING).join(id.to_string())
    }

    /// Renames a complete file to its target, durably.
    fn place(&self, staged: &Path, target: &Path) -> io::Result<()> {
        let folder = target.parent().unwrap_or(&self.root);
        let is_new = !folder.is_dir();
        fs::create_dir_all(folder)?;
        fs::rename(staged, target)?;
        // A file's name is durable once its folder is synced; so is the name of a new folder.
        let folders = folder.ancestors().take_while(|above| above.starts_with(&self.root));
        for folder in folders.take(if is_new { usize::MAX } else { 1 }) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Removes the files of single calls that a crash interrupted. Uploads in parts are recorded
    /// in the database, and aborted from there.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.root.join(STAGING))? {
            let file = entry?.path();
            // Another process may have finished and renamed it.
            let Some(found) = present(fs::metadata(&file))? else { continue };
            let age = found.modified()?.elapsed().unwrap_or_default();
            if file.extension().is_some_and(|ending| ending == AT_ONCE) && age > ABANDONED {
                remove(&file)?;
            }
        }
        Ok(())
    }
}
