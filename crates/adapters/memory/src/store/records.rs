//! Business records. Their declared constraints are enforced like in PostgreSQL's schema.

use async_trait::async_trait;
use plinth_domain::Id;
use plinth_ports::{Constraint, Page, PageRequest, RecordReader, RecordUpdater, Records, Result};

use super::{
    lists,
    record_tables::{HasRows, Stored},
    table::expect,
    unit::Unit,
};

#[async_trait]
impl<R: Stored> RecordReader<R> for Unit {
    async fn find(&mut self, id: Id<R>) -> Result<Option<R>> {
        Ok(self.record(id).cloned())
    }

    async fn list(&mut self, filter: &R::Filter, page: &PageRequest<R::Sort>) -> Result<Page<R>> {
        let shown = self.records::<R>().filter(|row| {
            let found = |words| row.is_found(&self.tables().records, words);
            row.matches(filter)
                && row.is_listed(&self.tables().records, filter)
                && page.times.include(row.revision())
                && R::search(filter).is_none_or(found)
        });
        Ok(lists::page(shown.cloned(), page))
    }

    async fn count(&mut self) -> Result<u64> {
        Ok(self.records::<R>().map(|_| 1).sum())
    }
}

#[async_trait]
impl<R: Stored> RecordUpdater<R> for Unit {
    async fn update(&mut self, record: &R) -> Result<()> {
        let stored = self.record(record.id()).map(|row| row.revision().version);
        expect(stored, record.revision().previous())?;
        let before = self.record(record.id()).cloned();
        self.store(record)?;
        self.add_usage(record.used(before.as_ref()));
        self.check_change(before.as_ref(), Some(record))
    }
}

#[async_trait]
impl<R: Stored> Records<R> for Unit {
    async fn insert(&mut self, record: &R) -> Result<()> {
        let exists = self.record(record.id()).is_some();
        self.draft.forbid(exists, &format!("{}_pkey", R::TABLE))?;
        self.store(record)?;
        self.add_usage(record.used(None));
        Ok(())
    }

    async fn remove(&mut self, record: &R) -> Result<()> {
        let stored = self.record(record.id()).map(|row| row.revision().version);
        expect(stored, record.revision().version)?;
        let (organization, id) = (self.organization_id(), record.id());
        let mut kinds = self.tables().records.all().into_iter();
        let needed = kinds.find_map(|rows| rows.restricts(organization, R::TABLE, id.uuid()));
        let needed = needed.or_else(|| record.is_needed(&self.tables().records, organization));
        if let Some(Constraint(constraint)) = needed {
            self.draft.forbid(true, constraint)?;
        }
        let tables = &mut self.draft.tables.records;
        for rows in tables.all_mut() {
            rows.cascade(organization, R::TABLE, id.uuid());
        }
        R::rows_mut(tables).remove(&(organization, id));
        record.removed(tables, organization);
        self.check_change(Some(record), None)
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

    /// Refuses a change that the record does not allow, after the constraints, as a trigger does.
    fn check_change<R: Stored>(&mut self, before: Option<&R>, next: Option<&R>) -> Result<()> {
        let refused = before.is_some_and(|before| !before.may_become(next));
        self.draft.check(refused, "the record may not change in this way")
    }

    /// Stores a record, and replaces one with the same identity.
    fn store<R: Stored>(&mut self, record: &R) -> Result<()> {
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
        if let Some(Constraint(constraint)) = record.lacks(&self.tables().records, organization) {
            self.draft.forbid(true, constraint)?;
        }
        let row = record.clone().owned_by(organization);
        R::rows_mut(&mut self.draft.tables.records).insert((organization, row.id()), row);
        Ok(())
    }
}
