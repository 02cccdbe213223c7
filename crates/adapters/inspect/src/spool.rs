use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::PathBuf,
};

use bytes::Bytes;
use futures::StreamExt;
use plinth_ports::{ByteStream, InspectorError};
use sha2::{Digest, Sha256};
use tokio::{sync::mpsc, task::spawn_blocking};

/// The part of the progress that spooling takes, in percent.
pub(crate) const SHARE: u8 = 30;

/// The maximum number of pieces that wait to be written.
const WAITING: usize = 2;

/// A file that was received completely.
pub(crate) struct Spooled {
    /// The SHA-256 of its bytes.
    pub(crate) sha256: [u8; 32],
    /// Its size in bytes.
    pub(crate) size: u64,
    /// The file, positioned at its start. It has no name, so it disappears with the last process
    /// that has it open.
    pub(crate) file: Option<File>,
}

/// Receives `content`: into a file in `directory`, or, without one, into the hash only. The memory
/// is constant.
pub(crate) async fn spool(
    mut content: ByteStream,
    directory: Option<PathBuf>,
    progress: &(dyn Fn(u8) + Send + Sync),
) -> Result<Spooled, InspectorError> {
    let (pieces, waiting) = mpsc::channel(WAITING);
    let writer = spawn_blocking(move || write(waiting, directory));
    let mut size = 0;
    while let Some(piece) = content.next().await {
        let piece = piece.map_err(|error| InspectorError(error.into()))?;
        size += piece.len() as u64;
        // The error of a failed writer is returned below.
        if pieces.send(piece).await.is_err() {
            break;
        }
        progress(percent(size));
    }
    drop(pieces);
    let spooled = writer.await.map_err(|error| InspectorError(error.into()))?;
    spooled.map_err(|error| InspectorError(error.into()))
}

fn write(
    mut pieces: mpsc::Receiver<Bytes>,
    directory: Option<PathBuf>,
) -> std::io::Result<Spooled> {
    let mut file = directory.map(tempfile::tempfile_in).transpose()?;
    let mut hash = Sha256::new();
    let mut size = 0;
    while let Some(piece) = pieces.blocking_recv() {
        hash.update(&piece);
        size += piece.len() as u64;
        if let Some(file) = &mut file {
            file.write_all(&piece)?;
        }
    }
    if let Some(file) = &mut file {
        file.seek(SeekFrom::Start(0))?;
    }
    Ok(Spooled { sha256: hash.finalize().into(), size, file })
}

/// Writes a byte into a new file in `directory`, and returns the file, which has no name.
pub(crate) async fn check(directory: PathBuf) -> io::Result<File> {
    let written = spawn_blocking(move || {
        let mut file = tempfile::tempfile_in(directory)?;
        file.write_all(b"0")?;
        file.sync_data()?;
        Ok(file)
    });
    written.await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// The progress after `size` bytes, in percent. The final size is unknown, so it approaches its
/// share and never exceeds it.
fn percent(size: u64) -> u8 {
    /// The number of bytes at half of the share.
    const HALF: u64 = 16 * 1024 * 1024;
    // Avoids an overflow above a terabyte.
    let size = size.min(1 << 40);
    u8::try_from(size * u64::from(SHARE) / (size + HALF)).unwrap_or(SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_grows_with_the_bytes_and_keeps_to_its_share() {
        let sizes = [0, 1 << 20, 1 << 24, 1 << 30, 1 << 40, u64::MAX >> 1];
        let percents = sizes.map(percent);
        assert!(percents.is_sorted() && percents[2] == SHARE / 2 && percents[5] <= SHARE);
    }
}
