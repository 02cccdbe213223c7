//! Business records. Each is read and written by the same five operations;
//! what differs is declared once here, for every store.

use std::fmt::Debug;

use async_trait::async_trait;
use plinth_domain::{Id, OrganizationId, Revision};
use uuid::Uuid;

use crate::{Page, PageRequest, Result, Search, SortKey, StoreError};

pub mod projects;

/// A business record of one organization: how it is identified, listed and
/// constrained.
pub trait Record: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// The table, and the plural in paths and topics: `projects`.
    const TABLE: &'static str;
    /// Unique within the organization.
    const UNIQUE: &'static [Unique<Self>] = &[];
    /// References to other records.
    const REFERENCES: &'static [Reference<Self>] = &[];
    /// Which records a list shows.
    type Filter: Default + Clone + Debug + Send + Sync + 'static;
    /// The orders of a list.
    type Sort: SortKey<Item = Self>;

    /// Its identity.
    fn id(&self) -> Id<Self>;
    /// When and how often it was written.
    fn revision(&self) -> &Revision;
    /// The same record, owned by this organization.
    #[must_use]
    fn owned_by(self, organization: OrganizationId) -> Self;
    /// Whether `filter` shows it, its text search aside.
    fn matches(&self, filter: &Self::Filter) -> bool;
    /// The text search of `filter`.
    fn search(_filter: &Self::Filter) -> Option<&Search> {
        None
    }
    /// The text that a search looks at.
    fn searched(&self) -> String {
        String::new()
    }
}

/// The name of a constraint in the schema. A use case compares it with the one
/// that a write violated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constraint(pub &'static str);

impl Constraint {
    /// Whether `error` is a violation of this constraint.
    #[must_use]
    pub fn is_violated_in(self, error: &StoreError) -> bool {
        matches!(error, StoreError::Conflict { constraint } if constraint == self.0)
    }
}

/// A value that only one record of an organization may have.
#[derive(Debug, Clone, Copy)]
pub struct Unique<R> {
    /// What a second one violates.
    pub constraint: Constraint,
    /// The value; `None` where it is not constrained.
    pub value: fn(&R) -> Option<String>,
}

/// A reference to another record of the same organization. The other one
/// cannot be removed while it is referred to.
#[derive(Debug, Clone, Copy)]
pub struct Reference<R> {
    /// What a reference to nothing, and removing what is referred to, violates.
    pub constraint: Constraint,
    /// [`Record::TABLE`] of the other record.
    pub to: &'static str,
    /// The other record.
    pub id: fn(&R) -> Option<Uuid>,
}

/// Reads records of one kind.
#[async_trait]
pub trait RecordReader<R: Record>: Send {
    /// Finds one.
    async fn find(&mut self, id: Id<R>) -> Result<Option<R>>;
    /// Lists them.
    async fn list(&mut self, filter: &R::Filter, page: &PageRequest<R::Sort>) -> Result<Page<R>>;
}

/// Reads and writes records of one kind.
#[async_trait]
pub trait Records<R: Record>: RecordReader<R> {
    /// Stores a new one.
    async fn insert(&mut self, record: &R) -> Result<()>;
    /// Stores its next revision; [`StoreError::Stale`] unless the one before it
    /// is stored.
    async fn update(&mut self, record: &R) -> Result<()>;
    /// Removes it; [`StoreError::Stale`] unless exactly this revision is stored.
    async fn remove(&mut self, record: &R) -> Result<()>;
}
