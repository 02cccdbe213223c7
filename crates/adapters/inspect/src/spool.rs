use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    path::PathBuf,
};

use bytes::Bytes;
use futures::StreamExt;
use plinth_ports::{ByteStream, InspectorError};
use sha2::{Digest, Sha256};
use tokio::{sync::mpsc, task::spawn_blocking};

/// How much of the whole work it is to take a file in, in percent.
pub(crate) const SHARE: u8 = 30;

/// How many pieces may wait to be written.
const WAITING: usize = 2;

/// A file that was taken in whole.
pub(crate) struct Spooled {
    /// The SHA-256 of its bytes.
    pub(crate) sha256: [u8; 32],
    /// How many there are.
    pub(crate) size: u64,
    /// The file, at its beginning. It has no name, so that it is gone with the
    /// last process that holds it, however that ends.
    pub(crate) file: Option<File>,
}

/// Takes `content` in, to a file in `directory` if one is given, and to its
/// hash alone otherwise. Memory is constant.
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
        // A writer that failed says why below.
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

/// How far it is. Nobody knows how much there is to come, so that it nears its
/// share and never reaches it.
fn percent(size: u64) -> u8 {
    /// After so many bytes it is half-way.
    const HALF: u64 = 16 * 1024 * 1024;
    // Beyond a terabyte it is as good as there.
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
