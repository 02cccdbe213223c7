use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zip::{
    CompressionMethod, ZipWriter,
    result::ZipError,
    write::{SimpleFileOptions, StreamWriter},
};

use crate::{
    Entry, EntryName, FORMAT, FORMAT_VERSION, JournalHead, MAX_ENTRIES, Manifest, Organization,
    manifest::MANIFEST,
};

/// Why an archive cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There are more entries than an archive may have.
    #[error("an archive has at most {MAX_ENTRIES} entries")]
    TooMany,
    /// The archive cannot be written.
    #[error("the archive cannot be written")]
    Zip(#[from] ZipError),
    /// The same, at its bytes.
    #[error("the archive cannot be written")]
    Io(#[from] io::Error),
    /// The manifest cannot be written.
    #[error("the manifest cannot be written")]
    Manifest(#[from] serde_json::Error),
}

/// What a manifest says beside the entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// When the rows were read: RFC 3339.
    pub created_at: String,
    /// The organization.
    pub organization: Organization,
    /// The head of the audit log's chain.
    pub journal_head: Option<JournalHead>,
}

/// How much is in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The rows of all tables.
    pub rows: u64,
    /// The files of versions, without thumbnails.
    pub files: u64,
}

/// Bytes that were written and not yet taken.
#[derive(Debug, Clone, Default)]
struct Ready(Arc<Mutex<Vec<u8>>>);

impl Ready {
    fn take(&self) -> Bytes {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Ready {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The entry that is being written.
struct Open {
    entry: Entry,
    hash: Sha256,
}

/// Writes an archive, whose bytes are taken as they come: it keeps about 200 bytes for each entry, and
/// nothing else. It has the form ZIP64 (APPNOTE 4.3.14), so neither an entry nor the archive has a limit of
/// 4 GiB.
pub struct Archiver {
    zip: ZipWriter<StreamWriter<Ready>>,
    ready: Ready,
    open: Option<Open>,
    entries: Vec<Entry>,
    missing: Vec<String>,
    made: Made,
}

impl Default for Archiver {
    fn default() -> Self {
        let ready = Ready::default();
        Self {
            zip: ZipWriter::new_stream(ready.clone()),
            ready,
            open: None,
            entries: Vec::new(),
            missing: Vec::new(),
            made: Made { rows: 0, files: 0 },
        }
    }
}

impl Archiver {
    /// Begins the rows of a table, after the entry before.
    ///
    /// # Errors
    /// [`Fault::TooMany`], or when the entry before cannot be ended.
    pub fn begin_rows(&mut self, table: &str, columns: &[String]) -> Result<(), Fault> {
        let name = EntryName::Rows(table.to_owned());
        self.begin(&name, CompressionMethod::Deflated, Some(0), columns.to_vec())
    }

    /// Adds a row, which is one line.
    ///
    /// # Errors
    /// When it cannot be compressed.
    pub fn row(&mut self, json: &str) -> Result<(), Fault> {
        self.bytes(json.as_bytes())?;
        self.bytes(b"\n")?;
        if let Some(rows) = self.open.as_mut().and_then(|open| open.entry.rows.as_mut()) {
            *rows += 1;
        }
        self.made.rows += 1;
        Ok(())
    }

    /// Begins a file, after the entry before. It is not compressed: most files are already.
    ///
    /// # Errors
    /// [`Fault::TooMany`], or when the entry before cannot be ended.
    pub fn begin_file(&mut self, name: &EntryName) -> Result<(), Fault> {
        self.made.files += u64::from(matches!(name, EntryName::File { .. }));
        self.begin(name, CompressionMethod::Stored, None, Vec::new())
    }

    /// Adds bytes of a file.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.zip.write_all(bytes)?;
        if let Some(open) = &mut self.open {
            open.hash.update(bytes);
            open.entry.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        }
        Ok(())
    }

    /// Notes a file whose bytes the storage does not have.
    pub fn miss(&mut self, name: &EntryName) {
        self.missing.push(name.to_string());
    }

    /// The bytes of the archive that are ready.
    #[must_use]
    pub fn take(&self) -> Bytes {
        self.ready.take()
    }

    /// Writes the manifest and the end, and returns the last bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn finish(mut self, about: About) -> Result<(Bytes, Made), Fault> {
        self.end();
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            created_at: about.created_at,
            organization: about.organization,
            journal_head: about.journal_head,
            entries: mem::take(&mut self.entries),
            missing: mem::take(&mut self.missing),
        };
        self.zip.start_file(MANIFEST, options(CompressionMethod::Deflated))?;
        serde_json::to_writer(&mut self.zip, &manifest)?;
        self.zip.finish()?;
        Ok((self.ready.take(), self.made))
    }

    fn begin(
        &mut self,
        name: &EntryName,
        compression: CompressionMethod,
        rows: Option<u64>,
        columns: Vec<String>,
    ) -> Result<(), Fault> {
        self.end();
        if self.entries.len() >= MAX_ENTRIES {
            return Err(Fault::TooMany);
        }
        let name = name.to_string();
        self.zip.start_file(name.as_str(), options(compression))?;
        let entry = Entry { name, bytes: 0, sha256: String::new(), rows, columns };
        self.open = Some(Open { entry, hash: Sha256::new() });
        Ok(())
    }

    fn end(&mut self) {
        if let Some(Open { entry, hash }) = self.open.take() {
            self.entries.push(Entry { sha256: HEXLOWER.encode(&hash.finalize()), ..entry });
        }
    }
}

fn options(compression: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(compression).large_file(true)
}
