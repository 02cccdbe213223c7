//! What is read of an archive, and what is not.

use std::io::{Cursor, Write};

use uuid::Uuid;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    About, Archive, Archiver, EntryName, Limits, Manifest, Organization, Refused, next_row,
};

const ENOUGH: Limits = Limits { bytes: 1 << 30 };

fn file() -> EntryName {
    EntryName::File { document: Uuid::from_u128(1), version: Uuid::from_u128(2) }
}

fn made() -> Vec<u8> {
    let mut archiver = Archiver::default();
    let columns = ["organization_id".to_owned(), "id".to_owned()];
    archiver.begin_rows("projects", &columns).unwrap();
    archiver.row("{\"id\":1}").unwrap();
    archiver.row("{\"id\":2}").unwrap();
    let mut bytes = archiver.take().to_vec();
    archiver.begin_file(&file()).unwrap();
    archiver.bytes(b"the ").unwrap();
    archiver.bytes(b"plan").unwrap();
    bytes.extend(archiver.take());
    let organization =
        Organization { id: Uuid::from_u128(3), name: "Acme".to_owned(), slug: "acme".to_owned() };
    let about = About { created_at: String::new(), organization, journal_head: None };
    let (last, counts) = archiver.finish(about).unwrap();
    assert_eq!((counts.rows, counts.files), (2, 1));
    bytes.extend(last);
    bytes
}

fn opened(bytes: Vec<u8>) -> Result<Archive<Cursor<Vec<u8>>>, Refused> {
    Archive::open(Cursor::new(bytes), ENOUGH)
}

fn manifest() -> Manifest {
    opened(made()).unwrap().manifest().clone()
}

/// An archive with these entries, and this manifest.
fn forged(
    manifest: &Manifest,
    entries: &[(&str, &[u8])],
    compression: CompressionMethod,
) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(compression);
    for (name, bytes) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.start_file("manifest.json", options).unwrap();
    serde_json::to_writer(&mut zip, manifest).unwrap();
    zip.finish().unwrap().into_inner()
}

const ROWS: &[u8] = b"{\"id\":1}\n{\"id\":2}\n";

fn refusal(bytes: Vec<u8>) -> String {
    match opened(bytes).and_then(|mut archive| archive.verify()) {
        Ok(()) => panic!("it was read"),
        Err(refused) => refused.to_string(),
    }
}

#[test]
fn what_was_written_is_read_back() {
    let mut archive = opened(made()).unwrap();
    archive.verify().unwrap();
    let entries: Vec<_> = archive.entries().collect();
    assert_eq!(entries.len(), 2);
    let mut rows = archive.read(&entries[0].1).unwrap();
    assert_eq!(next_row(&mut rows).unwrap().as_deref(), Some("{\"id\":1}"));
    assert_eq!(next_row(&mut rows).unwrap().as_deref(), Some("{\"id\":2}"));
    assert_eq!(next_row(&mut rows).unwrap(), None);
    drop(rows);
    let mut plan = String::new();
    std::io::Read::read_to_string(&mut archive.read(&entries[1].1).unwrap(), &mut plan).unwrap();
    assert_eq!(plan, "the plan");
}

#[test]
fn an_archive_without_a_tampering_passes_when_it_is_packed_again() {
    let name = file().to_string();
    let entries = [("rows/projects.ndjson", ROWS), (&*name, b"the plan" as &[u8])];
    let packed = forged(&manifest(), &entries, CompressionMethod::Deflated);
    opened(packed).unwrap().verify().unwrap();
}

#[test]
fn other_bytes_than_the_manifest_says_are_refused() {
    let name = file().to_string();
    let stored = CompressionMethod::Stored;
    let with = |rows: &[u8], plan: &[u8]| {
        forged(&manifest(), &[("rows/projects.ndjson", rows), (&*name, plan)], stored)
    };
    assert!(refusal(with(ROWS, b"the plot")).contains("another SHA-256"));
    assert!(refusal(with(ROWS, b"the plans")).contains("another length"));
    assert!(refusal(with(b"{\"id\":1}\n{\"id\":3}\n", b"the plan")).contains("another SHA-256"));
    let missing = forged(&manifest(), &[("rows/projects.ndjson", ROWS)], stored);
    assert!(refusal(missing).contains("other entries"));
    let more =
        [("rows/projects.ndjson", ROWS), (&*name, b"the plan" as &[u8]), ("rows/more.ndjson", b"")];
    assert!(refusal(forged(&manifest(), &more, stored)).contains("other entries"));
}

#[test]
fn a_wrong_number_of_rows_is_refused() {
    let name = file().to_string();
    let mut manifest = manifest();
    manifest.entries[0].rows = Some(3);
    let entries = [("rows/projects.ndjson", ROWS), (&*name, b"the plan" as &[u8])];
    let bytes = forged(&manifest, &entries, CompressionMethod::Stored);
    assert!(refusal(bytes).contains("another number of rows"));
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for wrong in ["../../etc/passwd", "/etc/passwd", "rows/../../x.ndjson", "files/a/b"] {
        let mut manifest = manifest();
        manifest.entries.truncate(1);
        wrong.clone_into(&mut manifest.entries[0].name);
        let bytes = forged(&manifest, &[(wrong, ROWS)], CompressionMethod::Stored);
        assert!(refusal(bytes).contains("may not be called"), "{wrong}");
    }
}

#[test]
fn an_archive_that_takes_too_much_is_refused_before_it_is_unpacked() {
    let few = Archive::open(Cursor::new(made()), Limits { bytes: 10 });
    assert!(few.err().unwrap().to_string().contains("are allowed"));
    let mut manifest = manifest();
    manifest.entries.truncate(1);
    let zeros = vec![b'0'; 64 * 1024 * 1024];
    manifest.entries[0].bytes = zeros.len().try_into().unwrap();
    let bomb = forged(&manifest, &[("rows/projects.ndjson", &zeros)], CompressionMethod::Deflated);
    assert!(bomb.len() < 100_000);
    assert!(refusal(bomb).contains("compressed too well"));
}

#[test]
fn another_format_or_version_is_refused() {
    for (format, format_version) in [("plinth-organization-export", 2), ("other", 1)] {
        let manifest = Manifest { format: format.to_owned(), format_version, ..manifest() };
        let refused = refusal(forged(&manifest, &[], CompressionMethod::Stored));
        assert!(refused.contains("of version 1"), "{refused}");
    }
    assert!(refusal(b"no archive".to_vec()).contains("no readable ZIP"));
}
