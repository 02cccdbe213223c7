//! Business records: what the port declares of a record, enforced as
//! PostgreSQL's schema does it.

use std::fmt::Debug;

use async_trait::async_trait;
use plinth_domain::{
    ApiKey, Document, DocumentId, DocumentVersion, Id, Invitation, Job, OrganizationId, Project,
};
use plinth_ports::{
    Constraint, OnRemoval, Page, PageRequest, Record, RecordReader, RecordUpdater, Records, Result,
    Search,
};
use uuid::Uuid;

use super::{
    lists, search,
    table::{Table, expect},
    unit::Unit,
};

/// The rows of one kind of record.
pub(super) type Rows<R> = Table<(OrganizationId, Id<R>), R>;

/// A record that has a table here.
pub(super) trait HasRows: Record {
    fn rows(tables: &RecordTables) -> &Rows<Self>;
    fn rows_mut(tables: &mut RecordTables) -> &mut Rows<Self>;
}

/// A record of the generic operations below. A special record implements these
/// methods itself.
pub(super) trait Stored: HasRows {
    /// Whether the text search finds it.
    fn is_found(&self, _tables: &RecordTables, words: &Search) -> bool {
        search::is_in(words, &self.searched().to_lowercase())
    }
    /// Removes what is stored together with it.
    fn removed(&self, _tables: &mut RecordTables, _organization: OrganizationId) {}
}

/// Declares the tables. A `special` record implements [`Stored`] itself, and
/// the tables `beside` hold what is stored together with records.
macro_rules! records {
    (
        plain { $($plain:ident: $record:ty,)* }
        special { $($special:ident: $other:ty,)* }
        beside { $($beside:ident: $table:ty,)* }
    ) => {
        records! { @tables [$($plain: $record,)* $($special: $other,)*] [$($beside: $table,)*] }
        $(impl Stored for $record {})*
    };
    (@tables [$($name:ident: $record:ty,)*] [$($beside:ident: $table:ty,)*]) => {
        /// A table of each kind of record.
        #[derive(Debug, Clone, Default)]
        pub(super) struct RecordTables {
            $(pub(super) $name: Rows<$record>,)*
            $(pub(super) $beside: $table,)*
        }

        impl RecordTables {
            fn all(&self) -> Vec<&dyn AnyRows> {
                vec![$(&self.$name,)*]
            }
            fn all_mut(&mut self) -> Vec<&mut dyn AnyRows> {
                vec![$(&mut self.$name,)*]
            }
        }

        $(impl HasRows for $record {
            fn rows(tables: &RecordTables) -> &Rows<Self> { &tables.$name }
            fn rows_mut(tables: &mut RecordTables) -> &mut Rows<Self> { &mut tables.$name }
        })*
    };
}

records! {
    plain {
        projects: Project,
        document_versions: DocumentVersion,
        invitations: Invitation,
        api_keys: ApiKey,
        jobs: Job,
    }
    special {
        documents: Document,
    }
    beside {
        document_texts: Table<(OrganizationId, DocumentId), String>,
    }
}

/// The rows of one kind, as the other kinds see them.
trait AnyRows: Debug {
    /// Whether this is `table` and holds the record.
    fn has(&self, table: &str, organization: OrganizationId, id: Uuid) -> bool;
    /// The constraint that the removal of the record violates.
    fn restricts(&self, organization: OrganizationId, to: &str, id: Uuid) -> Option<Constraint>;
    /// Removes the rows that are removed together with the record.
    fn cascade(&mut self, organization: OrganizationId, to: &str, id: Uuid);
}

impl<R: Record> AnyRows for Rows<R> {
    fn has(&self, table: &str, organization: OrganizationId, id: Uuid) -> bool {
        R::TABLE == table && self.contains(&(organization, Id::from_uuid(id)))
    }

    fn restricts(&self, organization: OrganizationId, to: &str, id: Uuid) -> Option<Constraint> {
        let mut references = R::REFERENCES
            .iter()
            .filter(|reference| reference.to == to && reference.on_removal == OnRemoval::Restrict);
        let found = references.find(|r| self.of(organization).any(|row| (r.id)(row) == Some(id)));
        found.map(|reference| reference.constraint)
    }

    fn cascade(&mut self, organization: OrganizationId, to: &str, id: Uuid) {
        for reference in R::REFERENCES {
            if reference.to == to && reference.on_removal == OnRemoval::Cascade {
                self.retain(|(owner, _), row| {
                    *owner != organization || (reference.id)(row) != Some(id)
                });
            }
        }
    }
}

#[async_trait]
impl<R: Stored> RecordReader<R> for Unit {
    async fn find(&mut self, id: Id<R>) -> Result<Option<R>> {
        Ok(self.record(id).cloned())
    }

    async fn list(&mut self, filter: &R::Filter, page: &PageRequest<R::Sort>) -> Result<Page<R>> {
        let shown = self.records::<R>().filter(|row| {
            let found = |words| row.is_found(&self.tables().records, words);
            row.matches(filter) && R::search(filter).is_none_or(found)
        });
        Ok(lists::page(shown.cloned(), page))
    }
}

#[async_trait]
impl<R: Stored> RecordUpdater<R> for Unit {
    async fn update(&mut self, record: &R) -> Result<()> {
        let stored = self.record(record.id()).map(|row| row.revision().version);
        expect(stored, record.revision().previous())?;
        self.store(record)
    }
}

#[async_trait]
impl<R: Stored> Records<R> for Unit {
    async fn insert(&mut self, record: &R) -> Result<()> {
        let exists = self.record(record.id()).is_some();
        self.draft.forbid(exists, &format!("{}_pkey", R::TABLE))?;
        self.store(record)
    }

    async fn remove(&mut self, record: &R) -> Result<()> {
        let stored = self.record(record.id()).map(|row| row.revision().version);
        expect(stored, record.revision().version)?;
        let (organization, id) = (self.organization_id(), record.id());
        let mut kinds = self.tables().records.all().into_iter();
        let needed = kinds.find_map(|rows| rows.restricts(organization, R::TABLE, id.uuid()));
        if let Some(Constraint(constraint)) = needed {
            self.draft.forbid(true, constraint)?;
        }
        let tables = &mut self.draft.tables.records;
        for rows in tables.all_mut() {
            rows.cascade(organization, R::TABLE, id.uuid());
        }
        R::rows_mut(tables).remove(&(organization, id));
        record.removed(tables, organization);
        Ok(())
    }
}

impl Unit {
    /// The organization's record with this identity.
    pub(super) fn record<R: HasRows>(&self, id: Id<R>) -> Option<&R> {
        R::rows(&self.tables().records).get(&(self.organization_id(), id))
    }

    /// The organization's records of one kind.
    pub(super) fn records<R: HasRows>(&self) -> impl Iterator<Item = &R> {
        R::rows(&self.tables().records).of(self.organization_id())
    }

    /// Stores a record, in place of one with its identity.
    fn store<R: HasRows>(&mut self, record: &R) -> Result<()> {
        let organization = self.organization_id();
        for unique in R::UNIQUE {
            let value = (unique.value)(record);
            let mut others = self.records::<R>().filter(|row| row.id() != record.id());
            let taken = value.is_some() && others.any(|other| (unique.value)(other) == value);
            drop(others);
            self.draft.forbid(taken, unique.constraint.0)?;
        }
        for reference in R::REFERENCES {
            let kinds = self.tables().records.all();
            let missing = (reference.id)(record)
                .is_some_and(|id| !kinds.iter().any(|k| k.has(reference.to, organization, id)));
            self.draft.forbid(missing, reference.constraint.0)?;
        }
        let row = record.clone().owned_by(organization);
        R::rows_mut(&mut self.draft.tables.records).insert((organization, row.id()), row);
        Ok(())
    }
}
