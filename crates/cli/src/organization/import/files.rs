use std::io::Read;

use futures::{StreamExt, stream};
use plinth_archive::{Entry, EntryName};
use plinth_domain::{BlobKey, BlobLocation, Id, ThumbnailSize};
use plinth_ports::StoreError;
use tokio::sync::mpsc;

use super::Importer;
use crate::{failure::Result, terminal};

/// How many bytes are read at once.
const CHUNK: usize = 256 * 1024;

impl Importer<'_> {
    /// Stores the files under the keys of the organization here.
    pub(super) async fn files(&mut self, entries: &[(EntryName, Entry)]) -> Result<()> {
        let (mut files, mut bytes) = (0_u64, 0_u64);
        for (name, entry) in entries {
            let location = match *name {
                EntryName::Rows(_) => continue,
                EntryName::File { document, version } => {
                    BlobLocation::Content(Id::from_uuid(document), Id::from_uuid(version))
                }
                EntryName::Thumbnail { document, version, is_large } => {
                    let size = if is_large { ThumbnailSize::Large } else { ThumbnailSize::Small };
                    BlobLocation::Thumbnail(Id::from_uuid(document), Id::from_uuid(version), size)
                }
            };
            self.file(BlobKey::new(self.organization, location), entry).await?;
            (files, bytes) = (files + 1, bytes + entry.bytes);
        }
        terminal::step(&format!("{files} files stored, {bytes} bytes"));
        for missing in &self.archive.manifest().missing {
            terminal::step(&format!("{missing} was lost before the export"));
        }
        Ok(())
    }

    async fn file(&mut self, key: BlobKey, entry: &Entry) -> Result<()> {
        let mut content = self.archive.read(entry)?;
        let (send, receive) = mpsc::channel::<std::result::Result<_, StoreError>>(2);
        let reading = async move {
            let mut buffer = vec![0; CHUNK];
            loop {
                let read = match content.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(count) => Ok(buffer[..count].to_vec().into()),
                    Err(error) => Err(StoreError::Other(error.into())),
                };
                if send.send(read).await.is_err() {
                    // The storage has refused it, and says why.
                    return;
                }
            }
        };
        let bytes = stream::unfold(receive, async |mut receive| {
            receive.recv().await.map(|chunk| (chunk, receive))
        });
        let ((), stored) = tokio::join!(reading, self.app.put_file(&key, bytes.boxed()));
        Ok(stored?)
    }
}
