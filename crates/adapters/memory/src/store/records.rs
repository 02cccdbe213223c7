//! Business records: what a port says about a record, kept as PostgreSQL's
//! schema would.

use std::{
    any::{Any, TypeId},
    collections::BTreeMap,
    fmt::Debug,
    sync::Arc,
};

use async_trait::async_trait;
use plinth_domain::{Id, OrganizationId};
use plinth_ports::{Constraint, Page, PageRequest, Record, RecordReader, Records, Result};
use uuid::Uuid;

use super::{lists, search, table::Table, tables::expect, unit::Unit};

type Rows<R> = Table<(OrganizationId, Id<R>), R>;

/// A table of each kind of record that was ever stored. A clone shares them
/// until one of the two is written.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordTables(BTreeMap<TypeId, Arc<dyn AnyRows>>);

/// The rows of one kind, seen by the others.
trait AnyRows: Any + Debug + Send + Sync {
    fn has(&self, table: &str, organization: OrganizationId, id: Uuid) -> bool;
    /// The constraint of a row that refers to this record.
    fn refers(&self, organization: OrganizationId, to: &str, id: Uuid) -> Option<Constraint>;
}

impl<R: Record> AnyRows for Rows<R> {
    fn has(&self, table: &str, organization: OrganizationId, id: Uuid) -> bool {
        R::TABLE == table && self.contains(&(organization, Id::from_uuid(id)))
    }

    fn refers(&self, organization: OrganizationId, to: &str, id: Uuid) -> Option<Constraint> {
        let mut references = R::REFERENCES.iter().filter(|reference| reference.to == to);
        let refers = references.find(|r| self.of(organization).any(|row| (r.id)(row) == Some(id)));
        refers.map(|reference| reference.constraint)
    }
}

impl RecordTables {
    pub(super) fn of<R: Record>(&self) -> Option<&Rows<R>> {
        let rows: &dyn Any = &**self.0.get(&TypeId::of::<R>())?;
        rows.downcast_ref()
    }

    fn change<R: Record>(&mut self, change: impl FnOnce(&mut Rows<R>)) {
        let mut rows = self.of::<R>().cloned().unwrap_or_default();
        change(&mut rows);
        self.0.insert(TypeId::of::<R>(), Arc::new(rows));
    }

    /// Whether there is such a record of the table.
    pub(super) fn has(&self, table: &str, organization: OrganizationId, id: Uuid) -> bool {
        self.0.values().any(|rows| rows.has(table, organization, id))
    }
}

#[async_trait]
impl<R: Record> RecordReader<R> for Unit {
    async fn find(&mut self, id: Id<R>) -> Result<Option<R>> {
        Ok(self.record(id).cloned())
    }

    async fn list(&mut self, filter: &R::Filter, page: &PageRequest<R::Sort>) -> Result<Page<R>> {
        let all = self.tables().records.of::<R>().into_iter();
        let rows = all.flat_map(|rows| rows.of(self.organization_id()));
        let shown = rows.filter(|row| {
            let text = || row.searched().to_lowercase();
            row.matches(filter) && R::search(filter).is_none_or(|s| search::is_in(s, &text()))
        });
        Ok(lists::page(shown.cloned(), page))
    }
}

#[async_trait]
impl<R: Record> Records<R> for Unit {
    async fn insert(&mut self, record: &R) -> Result<()> {
        let exists = self.record(record.id()).is_some();
        self.draft.forbid(exists, &format!("{}_pkey", R::TABLE))?;
        self.keep(record)
    }

    async fn update(&mut self, record: &R) -> Result<()> {
        let stored = self.record(record.id()).map(|row| row.revision().version);
        expect(stored, record.revision().previous())?;
        self.keep(record)
    }

    async fn remove(&mut self, record: &R) -> Result<()> {
        let stored = self.record(record.id()).map(|row| row.revision().version);
        expect(stored, record.revision().version)?;
        let (organization, id) = (self.organization_id(), record.id());
        let tables = self.tables();
        let mut kinds = tables.records.0.values();
        let needed = kinds.find_map(|rows| rows.refers(organization, R::TABLE, id.uuid()));
        let needed = needed.or_else(|| tables.documents_of(organization, R::TABLE, id.uuid()));
        if let Some(Constraint(constraint)) = needed {
            self.draft.forbid(true, constraint)?;
        }
        self.draft.tables.records.change::<R>(|rows| rows.remove(&(organization, id)));
        Ok(())
    }
}

impl Unit {
    fn record<R: Record>(&self, id: Id<R>) -> Option<&R> {
        self.tables().records.of::<R>()?.get(&(self.organization_id(), id))
    }

    fn keep<R: Record>(&mut self, record: &R) -> Result<()> {
        let organization = self.organization_id();
        for unique in R::UNIQUE {
            let value = (unique.value)(record);
            let mut all = self.tables().records.of::<R>().into_iter();
            let taken = value.is_some()
                && all.any(|rows| {
                    let mut others = rows.of(organization).filter(|row| row.id() != record.id());
                    others.any(|other| (unique.value)(other) == value)
                });
            self.draft.forbid(taken, unique.constraint.0)?;
        }
        for reference in R::REFERENCES {
            let missing = (reference.id)(record)
                .is_some_and(|id| !self.tables().records.has(reference.to, organization, id));
            self.draft.forbid(missing, reference.constraint.0)?;
        }
        let row = record.clone().owned_by(organization);
        self.draft.tables.records.change(|rows| rows.insert((organization, row.id()), row));
        Ok(())
    }
}
