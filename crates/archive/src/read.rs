use std::{
    collections::BTreeSet,
    io::{self, BufRead, BufReader, Read, Seek},
};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipArchive, result::ZipError};

use crate::{Entry, EntryName, FORMAT, FORMAT_VERSION, MAX_ENTRIES, Manifest, manifest::MANIFEST};

/// The most bytes of a manifest: more than [`MAX_ENTRIES`] entries need.
const MANIFEST_BYTES: u64 = 256 * 1024 * 1024;
/// The most bytes of a row.
const ROW_BYTES: u64 = 64 * 1024 * 1024;
/// How many times longer than its compressed bytes the content of an entry may be: rows that repeat one
/// word reach about 200.
const RATIO: u64 = 400;

/// What an archive may take at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of all entries together, without compression.
    pub bytes: u64,
}

/// Why an archive is not read.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is no ZIP archive, or a broken one.
    #[error("this is no readable ZIP archive: {0}")]
    Zip(#[from] ZipError),
    /// Bytes cannot be read.
    #[error("the archive cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The manifest cannot be read.
    #[error("manifest.json cannot be read: {0}")]
    Manifest(#[from] serde_json::Error),
    /// It is an archive of another program or version.
    #[error("this is no {FORMAT} of version {FORMAT_VERSION}")]
    Format,
    /// It would take too much.
    #[error("{0}")]
    TooLarge(String),
    /// What is in it differs from what the manifest says, or is not allowed.
    #[error("{0}")]
    Wrong(String),
}

fn wrong<T>(text: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Wrong(text.into()))
}

/// An archive whose bounds and names were checked.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    manifest: Manifest,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive. Nothing of its entries is read before their names and sizes are checked.
    ///
    /// # Errors
    /// [`Refused`], with the entry that is at fault.
    pub fn open(reader: R, limits: Limits) -> Result<Self, Refused> {
        let mut zip = ZipArchive::new(reader)?;
        if zip.len() > MAX_ENTRIES + 1 {
            return Err(Refused::TooLarge(format!("it has more than {MAX_ENTRIES} entries")));
        }
        if zip.has_overlapping_files()? {
            return wrong("its entries overlap");
        }
        let manifest: Manifest = {
            let entry = zip.by_name(MANIFEST)?;
            let compressed = entry.compressed_size();
            if entry.size() > MANIFEST_BYTES || entry.size() / RATIO > compressed {
                return Err(Refused::TooLarge("manifest.json is too large".to_owned()));
            }
            serde_json::from_reader(BufReader::new(entry.take(MANIFEST_BYTES)))?
        };
        if manifest.format != FORMAT || manifest.format_version != FORMAT_VERSION {
            return Err(Refused::Format);
        }
        let mut archive = Self { zip, manifest };
        archive.check(limits)?;
        Ok(archive)
    }

    /// What it says that it has.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The entries and their names, in the order of the manifest.
    pub fn entries(&self) -> impl Iterator<Item = (EntryName, Entry)> + use<R> {
        let named = |entry: Entry| EntryName::parse(&entry.name).map(|name| (name, entry));
        self.manifest.entries.clone().into_iter().filter_map(named)
    }

    /// The bytes of an entry.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&mut self, entry: &Entry) -> Result<impl BufRead + use<'_, R>, Refused> {
        Ok(BufReader::with_capacity(64 * 1024, self.zip.by_name(&entry.name)?.take(entry.bytes)))
    }

    /// Reads all entries, and compares lengths, hashes and the numbers of rows with the manifest.
    ///
    /// # Errors
    /// [`Refused::Wrong`] names the first entry that differs.
    pub fn verify(&mut self) -> Result<(), Refused> {
        for (_, entry) in self.entries() {
            let (mut hash, mut length, mut rows) = (Sha256::new(), 0_u64, 0_u64);
            // One more byte than it says tells that there are more.
            let mut bytes = self.zip.by_name(&entry.name)?.take(entry.bytes.saturating_add(1));
            let mut buffer = vec![0; 64 * 1024];
            loop {
                let count = bytes.read(&mut buffer)?;
                if count == 0 {
                    break;
                }
                let chunk = &buffer[..count];
                hash.update(chunk);
                length += u64::try_from(count).unwrap_or(u64::MAX);
                let breaks = chunk.split(|byte| *byte == b'\n').count() - 1;
                rows += u64::try_from(breaks).unwrap_or(u64::MAX);
            }
            let name = &entry.name;
            if length != entry.bytes {
                return wrong(format!("{name} has another length than manifest.json says"));
            }
            if HEXLOWER.encode(&hash.finalize()) != entry.sha256 {
                return wrong(format!("{name} has another SHA-256 than manifest.json says"));
            }
            if entry.rows.is_some_and(|said| said != rows) {
                return wrong(format!("{name} has another number of rows than manifest.json says"));
            }
        }
        Ok(())
    }

    fn check(&mut self, limits: Limits) -> Result<(), Refused> {
        let mut known = BTreeSet::new();
        let mut total = 0_u64;
        for entry in &self.manifest.entries {
            let name = match EntryName::parse(&entry.name) {
                Some(name) if matches!(name, EntryName::Rows(_)) == entry.rows.is_some() => name,
                _ => return wrong(format!("an entry may not be called {:?}", entry.name)),
            };
            if !known.insert(name) {
                return wrong(format!("{} is there twice", entry.name));
            }
            total = total.saturating_add(entry.bytes);
        }
        if total > limits.bytes {
            let text = format!("it has {total} bytes, and {} are allowed", limits.bytes);
            return Err(Refused::TooLarge(text));
        }
        if self.zip.len() != known.len() + 1 {
            return wrong("it has other entries than manifest.json says");
        }
        for entry in &self.manifest.entries {
            let found = self.zip.by_name(&entry.name)?;
            let is_plain = matches!(
                found.compression(),
                CompressionMethod::Stored | CompressionMethod::Deflated
            );
            if found.encrypted() || !is_plain || found.is_symlink() {
                return wrong(format!("{} is no plain entry", entry.name));
            }
            if found.size() != entry.bytes {
                let name = &entry.name;
                return wrong(format!("{name} has another length than manifest.json says"));
            }
            let most = found.compressed_size().saturating_mul(RATIO).saturating_add(64 * 1024);
            if found.size() > most {
                return Err(Refused::TooLarge(format!("{} is compressed too well", entry.name)));
            }
        }
        Ok(())
    }
}

/// Reads the next row; `None` at the end.
///
/// # Errors
/// When a row is longer than 64 MiB, or is no UTF-8.
pub fn next_row(bytes: &mut impl BufRead) -> Result<Option<String>, Refused> {
    let mut line = Vec::new();
    bytes.take(ROW_BYTES).read_until(b'\n', &mut line)?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => match String::from_utf8(line) {
            Ok(line) => Ok(Some(line)),
            Err(_) => wrong("a row is no UTF-8"),
        },
        Some(_) => wrong("a row is too long, or has no end"),
    }
}
