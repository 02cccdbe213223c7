//! `plinth organization import`.

mod files;
mod mapping;

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use clap::Args;
use plinth_application::Application;
use plinth_archive::{Archive, Entry, EntryName, Limits, next_row};
use plinth_domain::{Id, OrganizationId, Slug};
use plinth_migration::relocation::{
    Import, ImportedMember, JOURNAL, NOT_IMPORTED, has_organization,
};
use plinth_settings::{ExposeSecret, Settings};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{audit, failure::Result, terminal};
use mapping::Mapping;

/// How many bytes of rows one statement stores.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

type OpenArchive = Archive<BufReader<File>>;

#[derive(Debug, Args)]
pub(super) struct Importing {
    /// The file that an export has made
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The short name in URLs; that of the export by default
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,

    /// The most bytes of all rows and files together, without compression
    #[arg(long, value_name = "BYTES", default_value_t = 100_000_000_000)]
    max_bytes: u64,
}

/// An organization that is being imported.
struct Importer<'a> {
    app: &'a Application,
    archive: OpenArchive,
    organization: OrganizationId,
    /// Whether it keeps its identity.
    is_same: bool,
    mapping: Mapping,
}

pub(super) async fn run(app: &Application, settings: &Settings, asked: Importing) -> Result<()> {
    let mut archive = open(&asked.file, Limits { bytes: asked.max_bytes })?;
    archive.verify()?;
    let exported = archive.manifest().organization.clone();
    let slug = Slug::parse(asked.slug.as_deref().unwrap_or(&exported.slug));
    let slug = slug.map_err(|invalid| format!("--slug: {}", invalid.detail))?;
    terminal::step(&format!(
        "{} entries have the lengths and hashes that it says",
        archive.entries().count()
    ));
    let url = settings.database.migration_url().expose_secret();
    let is_same = !has_organization(url, exported.id).await?;
    let id = if is_same { exported.id } else { app.new_id() };
    let organization = Id::from_uuid(id);
    let mapping = Mapping::new(exported.id, id);
    let importer = Importer { app, archive, organization, is_same, mapping };
    if let Err(error) = importer.import(url, slug.as_str()).await {
        // Of the rows, nothing was committed.
        app.remove_files(organization).await?;
        return Err(error);
    }
    app.reactivate(organization).await?;
    if is_same {
        // A worker may be numbering them at the moment.
        let _ = app.sequence_pending().await;
        let found = audit::follow(app, organization).await?;
        if let Some(fault) = found.fault {
            return Err(format!("imported, but the audit log is {}", fault.reason.name()).into());
        }
        terminal::step(&format!("{} entries of the audit log verified", found.verified_to));
    }
    if app.cells().is_some() {
        terminal::step("`plinth cell join` tells the directory of it");
    }
    terminal::say(&format!("imported as {organization}, {}", slug.as_str()));
    Ok(())
}

fn open(file: &Path, limits: Limits) -> Result<OpenArchive> {
    let name = file.display();
    let opened = File::open(file).map_err(|error| format!("{name}: {error}"))?;
    Ok(Archive::open(BufReader::new(opened), limits).map_err(|error| format!("{name}: {error}"))?)
}

impl Importer<'_> {
    /// All rows in one transaction, and the files before it is committed.
    async fn import(mut self, url: &str, slug: &str) -> Result<()> {
        let mut import = Import::begin(url, self.organization.uuid()).await?;
        let entries: Vec<_> = self.archive.entries().collect();
        let tables: Vec<(&str, &Entry)> = entries
            .iter()
            .filter_map(|(name, entry)| match name {
                EntryName::Rows(table) => Some((table.as_str(), entry)),
                EntryName::File { .. } | EntryName::Thumbnail { .. } => None,
            })
            .collect();
        self.members(&mut import, &tables).await?;
        let (mut rows, mut skipped) = (0, Vec::new());
        for (table, entry) in &tables {
            if *table == "organizations" {
                self.itself(&mut import, entry, slug).await?;
            } else if self.is_skipped(table) {
                skipped.push(format!("{table} ({})", entry.rows.unwrap_or_default()));
            } else {
                rows += self.table(&mut import, table, entry).await?;
            }
        }
        terminal::step(&format!("{rows} rows stored, equal to those of the file"));
        terminal::step(&format!("not imported: {}", skipped.join(", ")));
        for left in import.check().await? {
            let (rows, table) = (left.rows, left.table);
            terminal::step(&format!(
                "{rows} rows of {table} refer to what is not imported: left out"
            ));
        }
        self.files(&entries).await?;
        import.commit().await?;
        Ok(())
    }

    fn is_skipped(&self, table: &str) -> bool {
        NOT_IMPORTED.contains(&table) || (!self.is_same && JOURNAL.contains(&table))
    }

    /// Finds or makes the accounts of the members.
    async fn members(&mut self, import: &mut Import, tables: &[(&str, &Entry)]) -> Result<()> {
        let Some((_, entry)) = tables.iter().find(|(table, _)| *table == "memberships") else {
            return Err("the file has no members".into());
        };
        let (mut bytes, mut members) = (self.archive.read(entry)?, Vec::new());
        while let Some(row) = next_row(&mut bytes)? {
            let row: Value = serde_json::from_str(&row)?;
            let text = |field: &str| row[field].as_str().map(str::to_owned);
            let id = text("user_id").and_then(|id| Uuid::parse_str(&id).ok());
            let (Some(id), Some(email), Some(name)) = (id, text("email"), text("name")) else {
                return Err("a member has no account, address or name".into());
            };
            members.push(ImportedMember { id, email, name });
        }
        drop(bytes);
        let others = import.members(&members, || self.app.new_id()).await?;
        terminal::step(&format!("{} members", members.len()));
        self.mapping.add(others);
        Ok(())
    }

    async fn itself(&mut self, import: &mut Import, entry: &Entry, slug: &str) -> Result<()> {
        let mut bytes = self.archive.read(entry)?;
        let (Some(row), None) = (next_row(&mut bytes)?, next_row(&mut bytes)?) else {
            return Err("the file has another number of organizations than one".into());
        };
        let row = self.mapping.apply(row);
        let parsed: Value = serde_json::from_str(&row)?;
        if parsed["id"].as_str() != Some(&*self.organization.to_string()) {
            return Err(
                "the row of the organization has another identity than manifest.json".into()
            );
        }
        Ok(import.organization(&row, slug).await?)
    }

    /// Stores the rows of a table, and compares what is stored.
    async fn table(&mut self, import: &mut Import, table: &str, entry: &Entry) -> Result<u64> {
        let (mut count, mut hash) = (0, Sha256::new());
        let mut bytes = self.archive.read(entry)?;
        loop {
            let (mut batch, mut size) = (Vec::new(), 0);
            while size < BATCH_BYTES {
                let Some(row) = next_row(&mut bytes)? else { break };
                let row = self.mapping.apply(row);
                hash.update(&row);
                hash.update(b"\n");
                size += row.len();
                batch.push(row);
            }
            if batch.is_empty() {
                break;
            }
            count += import.rows(table, &entry.columns, &batch).await?;
        }
        let expected: [u8; 32] = hash.finalize().into();
        let (stored, found) = import.hash(table, &entry.columns).await?;
        if stored != count || entry.rows != Some(count) {
            return Err(
                format!("{table}: {stored} rows are stored, and the file has others").into()
            );
        }
        if found != expected {
            return Err(format!("{table}: the stored rows differ from those of the file").into());
        }
        Ok(count)
    }
}
