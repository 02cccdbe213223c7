//! Complete blobs as files.

use std::{
    fs,
    io::{self, ErrorKind, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

use chrono::SubsecRound;
use futures::{StreamExt, TryStreamExt};
use plinth_domain::Timestamp;
use plinth_ports::{BlobInfo, ByteStream, Result};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};
use tokio_util::io::ReaderStream;

use crate::error::{Fault, of_io, other};

/// The size of a read, in bytes; each reader holds one buffer of it.
const CHUNK: usize = 256 * 1024;

/// Size and modification time of a blob's file.
pub(super) fn find(file: &Path, key: String) -> io::Result<Option<BlobInfo>> {
    let Some(found) = present(fs::metadata(file))? else { return Ok(None) };
    let modified = Timestamp::from(found.modified()?).trunc_subsecs(6);
    Ok(Some(BlobInfo { key, size: found.len(), modified }))
}

/// Reads a blob's file, or the bytes of it in `range`.
pub(super) async fn read(path: PathBuf, range: Option<Range<u64>>) -> Result<Option<ByteStream>> {
    let Some(mut file) = present(File::open(path).await).map_err(of_io)? else { return Ok(None) };
    let size = file.metadata().await.map_err(of_io)?.len();
    let Range { start, end } = range.clone().unwrap_or(0..size);
    if range.is_some() && (start >= end || start >= size) {
        return Err(other(Fault::Range { start, end, size }));
    }
    file.seek(SeekFrom::Start(start)).await.map_err(of_io)?;
    let bytes = ReaderStream::with_capacity(file.take(end - start), CHUNK);
    Ok(Some(bytes.map_err(of_io).boxed()))
}

/// Removes a blob's file, if it is there.
pub(super) fn remove(file: &Path) -> io::Result<()> {
    present(fs::remove_file(file)).map(drop)
}

/// Removes a folder with its files, if it is there.
pub(super) fn remove_folder(folder: &Path) -> io::Result<()> {
    present(fs::remove_dir_all(folder)).map(drop)
}

/// `None` when the file does not exist.
pub(super) fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
