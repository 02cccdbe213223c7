//! Where files are written before they are blobs.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use uuid::Uuid;

use crate::parts::Part;

use super::files::{present, remove};

/// The folder for them, within the blobs' own: a rename does not leave a disk.
pub(super) const STAGING: &str = ".uploads";
/// The ending of a file that one call writes, while others wait for their parts.
const AT_ONCE: &str = "put";
/// No call takes so long: what such a file is older than this was left by a crash.
const ABANDONED: Duration = Duration::from_hours(24);

/// The folder of files that are not blobs yet.
#[derive(Debug, Clone)]
pub(super) struct Staging {
    root: PathBuf,
}

impl Staging {
    /// The staging of the blobs in `root`; both are created when missing.
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root.join(STAGING))?;
        let staging = Self { root: root.canonicalize()? };
        staging.sweep()?;
        Ok(staging)
    }

    /// The folder of the blobs themselves.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a blob at once.
    pub(super) fn put(&self, id: Uuid, bytes: &[u8], target: &Path) -> io::Result<()> {
        let staged = self.upload(id).with_extension(AT_ONCE);
        let written = File::create_new(&staged).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let placed = written.and_then(|()| self.place(&staged, target));
        if placed.is_err() {
            // Best effort: the sweep finds it otherwise, and the first error says more.
            let _ = remove(&staged);
        }
        placed
    }

    /// Begins an upload, with no part yet.
    pub(super) fn begin(&self, id: Uuid) -> io::Result<()> {
        File::create_new(self.upload(id)).map(drop)
    }

    /// Writes a part, which is on the disk then; false when there is no such upload.
    pub(super) fn put_part(&self, part: Part, bytes: &[u8]) -> io::Result<bool> {
        let staged = OpenOptions::new().write(true).open(self.upload(part.upload));
        let Some(mut file) = present(staged)? else { return Ok(false) };
        file.seek(SeekFrom::Start(part.offset()))?;
        file.write_all(bytes)?;
        file.sync_data()?;
        Ok(true)
    }

    /// Makes a blob of the first `length` bytes of an upload; false when it has not so many.
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

    /// Forgets an upload, if it is there.
    pub(super) fn abort(&self, id: Uuid) -> io::Result<()> {
        remove(&self.upload(id))
    }

    fn upload(&self, id: Uuid) -> PathBuf {
        self.root.join(STAGING).join(id.to_string())
    }

    /// Renames a whole file into its place, such that a power cut cannot undo it.
    fn place(&self, staged: &Path, target: &Path) -> io::Result<()> {
        let folder = target.parent().unwrap_or(&self.root);
        let is_new = !folder.is_dir();
        fs::create_dir_all(folder)?;
        fs::rename(staged, target)?;
        // A name is on the disk when its folder is, and a new folder's name when its own is.
        let folders = folder.ancestors().take_while(|above| above.starts_with(&self.root));
        for folder in folders.take(if is_new { usize::MAX } else { 1 }) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Removes what calls that a crash has ended left behind. An upload in parts is never
    /// swept here: whoever recorded it aborts it.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.root.join(STAGING))? {
            let file = entry?.path();
            // Another process may remove it meanwhile, having finished.
            let Some(found) = present(fs::metadata(&file))? else { continue };
            let age = found.modified()?.elapsed().unwrap_or_default();
            if file.extension().is_some_and(|ending| ending == AT_ONCE) && age > ABANDONED {
                remove(&file)?;
            }
        }
        Ok(())
    }
}
