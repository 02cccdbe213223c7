//! The tables of an organization, one module each: its columns, the conversion between rows and
//! values of the domain, and its specific queries. This file contains the code that most records
//! share.

use async_trait::async_trait;
use plinth_domain::{Id, OrganizationId};
use plinth_ports::{
    Page, PageRequest, Record, RecordReader, RecordUpdater, Records, Result, Search,
};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter, sea_query::Expr,
};

use crate::{
    list::{self, Join},
    row::{FromRow, Table},
    scoped::{Places, ScopedTx, TenantOwned},
    search,
};

/// The names of what is computed beside a credential: see [`plinth_ports::Admission`].
pub const HAS_FACTOR: &str = "has_factor";
pub const REQUIRES_FACTOR: &str = "requires_factor";
pub const IS_SUSPENDED: &str = "is_suspended";

mod accounting;
mod agent_runs;
mod allocations;
mod answer_lengths;
pub mod api_keys;
mod bank_transactions;
mod budget_periods;
mod budgets;
mod comments;
mod contract_amendments;
mod contract_positions;
mod contracts;
mod dataset_items;
mod datasets;
mod document_chunks;
mod document_contents;
mod document_links;
pub mod document_versions;
pub mod documents;
mod dunning_notices;
mod evaluations;
mod evaluators;
mod execution_scores;
mod executions;
mod feature_flag_overrides;
mod feature_flags;
pub mod feed;
mod groups;
pub mod idempotency;
pub mod invitations;
mod invoice_attachments;
mod invoice_pdfs;
mod invoices;
pub mod jobs;
pub mod journal;
pub mod member_roles;
pub mod members;
mod model_catalogue;
mod model_prices;
mod models;
mod notification_settings;
mod notifications;
mod number_series;
pub mod organization_domains;
mod organization_exports;
pub mod organizations;
mod overdue_notices;
mod parties;
mod party_keys;
mod payments;
mod project_grants;
mod projects;
mod prompt_labels;
mod prompt_versions;
mod prompts;
mod reports;
pub mod roles;
pub mod secrets;
pub mod sessions;
mod settings;
mod sso;
pub mod sso_connections;
pub mod support_access;
pub mod support_sessions;
mod team_members;
mod teams;
mod unit_codes;
pub mod uploads;
pub mod usage;
pub mod users;
mod webhook_deliveries;
mod webhooks;

type Column<R> = <<R as FromRow>::Entity as EntityTrait>::Column;

/// A record with a table.
#[diagnostic::on_unimplemented(message = "`{Self}` has no table: add postgres/src/records/….rs")]
pub trait Stored: Record + FromRow<Entity: TenantOwned> {
    /// The row that is written.
    type Row: ActiveModelTrait<Entity = Self::Entity> + ActiveModelBehavior + Send;
    /// The additional tables from which it is read. The text of `find` on a single table is built
    /// only once.
    const JOIN: Option<Join<Self::Entity>> = None;
    /// The record as a row of `organization`.
    fn to_row(&self, organization: OrganizationId) -> Self::Row;
    /// The condition of `filter`, without its text search.
    fn condition(filter: &Self::Filter) -> Condition;
    /// Where a search looks; `None` for a record without.
    const PLACES: Option<Places> = None;
    /// The condition of a search in texts, beside the names.
    fn in_texts(_search: &Search) -> Condition {
        Condition::any().add(Expr::val(false))
    }
    /// The column of an order.
    fn column(sort: Self::Sort) -> Column<Self>;
}

#[async_trait]
impl<R: Stored> RecordReader<R> for ScopedTx {
    async fn find(&mut self, id: Id<R>) -> Result<Option<R>> {
        let Some(join) = R::JOIN else { return Self::find(self, id.uuid()).await };
        join(self.select()).filter(R::Entity::id_column().eq(id.uuid())).one().await
    }

    async fn list(&mut self, filter: &R::Filter, page: &PageRequest<R::Sort>) -> Result<Page<R>> {
        let mut condition = list::times::<R::Entity>(page.times).add(R::condition(filter));
        if let (Some(search), Some(places)) = (R::search(filter), R::PLACES) {
            let id = (R::Entity::default(), R::Entity::id_column());
            let names = || search::names(search, (R::Entity::default(), search::COLUMN));
            let finds = self.look_for(search, places).await?;
            condition = condition.add(finds.condition(id, names, || R::in_texts(search)));
        }
        let (order, id) = (R::column(page.sort.by), R::Entity::id_column());
        let order = (R::Entity::position(order) != R::Entity::position(id)).then_some(order);
        list::page(self, R::JOIN, condition, page, order, id).await
    }

    async fn count(&mut self) -> Result<u64> {
        self.select::<R::Entity>().count().await
    }
}

#[async_trait]
impl<R: Stored> RecordUpdater<R> for ScopedTx {
    async fn update(&mut self, record: &R) -> Result<()> {
        let row = record.to_row(self.organization());
        let (id, previous) = (record.id().uuid(), record.revision().previous());
        if R::SEARCHED {
            return self.save_searched(row, record, id, previous).await;
        }
        self.save(row, id, previous).await
    }
}

#[async_trait]
impl<R: Stored> Records<R> for ScopedTx
where
    <R::Entity as EntityTrait>::Model: IntoActiveModel<R::Row>,
{
    async fn insert(&mut self, record: &R) -> Result<()> {
        let row = record.to_row(self.organization());
        if R::SEARCHED {
            return self.add_searched(row, record).await;
        }
        self.add(row).await
    }

    async fn remove(&mut self, record: &R) -> Result<()> {
        Self::remove::<R::Entity>(self, record.id().uuid(), record.revision().version).await
    }
}
