//! The use cases of a record without rules: get, list, create, update, remove.
//! A record with a rule writes explicit commands instead.

use plinth_domain::{Id, OrganizationId, Permission, Timestamp};
use plinth_ports::{InUnit, Page, PageRequest};

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded, View, Writing,
    resource::{Action, Found, Resource},
};

/// A record without rules that concern other records. A violated constraint becomes the error with
/// the code that the constraint declares.
pub trait Crud: InUnit + Resource {
    /// The values of a new record.
    type Draft: Send + 'static;
    /// The values that a change may set.
    type Changes: Send + 'static;
    /// The permission to create a record.
    const CREATE: Permission;
    /// The permission to change a record.
    const UPDATE: Permission;
    /// The permission to remove a record.
    const DELETE: Permission;

    /// A new record.
    fn create(id: Id<Self>, owner: OrganizationId, draft: Self::Draft, at: Timestamp) -> Self;
    /// The record after a change.
    fn change(self, changes: Self::Changes, at: Timestamp) -> Result<Self, Error>;
}

/// Reads one record.
#[derive(Debug, Clone, Copy)]
pub struct Get<R> {
    /// The record.
    pub id: Id<R>,
}

impl<R: Crud> Query for Get<R> {
    const NAME: &'static str = Action::<R>::GET;
    const PERMISSION: Permission = R::READ;
    type Output = R;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<R, Error> {
        R::reader(view.unit).get(self.id).await
    }
}

/// Lists records.
#[derive(Debug)]
pub struct List<R: Crud> {
    /// Selects the records.
    pub filter: R::Filter,
    /// The order and the position.
    pub page: PageRequest<R::Sort>,
}

impl<R: Crud> Query for List<R> {
    const NAME: &'static str = Action::<R>::LIST;
    const PERMISSION: Permission = R::READ;
    type Output = Page<R>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, R::search(&self.filter).is_some())
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<R>, Error> {
        Ok(R::reader(view.unit).list(&self.filter, &self.page).await?)
    }
}

/// Creates a record.
#[derive(Debug)]
pub struct Create<R: Crud> {
    /// Its values.
    pub draft: R::Draft,
}

impl<R: Crud> Command for Create<R> {
    const NAME: &'static str = Action::<R>::CREATE;
    const PERMISSION: Permission = R::CREATE;
    type Output = R;

    fn writing(&self) -> Writing {
        Writing::Deferred(Error::write::<R>)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<R>, Error> {
        ctx.make_room::<R>().await?;
        let record = R::create(ctx.id(), ctx.organization(), self.draft, ctx.now);
        R::writer(ctx.unit).insert(&record).await.map_err(Error::write::<R>)?;
        Recorded::created(record)
    }
}

/// Changes a record.
#[derive(Debug)]
pub struct Update<R: Crud> {
    /// The record.
    pub id: Id<R>,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub changes: R::Changes,
}

impl<R: Crud> Command for Update<R> {
    const NAME: &'static str = Action::<R>::UPDATE;
    const PERMISSION: Permission = R::UPDATE;
    type Output = R;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<R>, Error> {
        let before = R::writer(ctx.unit).expect(self.id, &self.expected).await?;
        let after = before.clone().change(self.changes, ctx.now)?;
        R::writer(ctx.unit).update(&after).await.map_err(Error::write::<R>)?;
        Recorded::changed(Action::<R>::UPDATED, &before, after)
    }
}

/// Removes a record permanently.
#[derive(Debug, Clone)]
pub struct Remove<R> {
    /// The record.
    pub id: Id<R>,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl<R: Crud> Command for Remove<R> {
    const NAME: &'static str = Action::<R>::REMOVE;
    const PERMISSION: Permission = R::DELETE;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let record = R::writer(ctx.unit).expect(self.id, &self.expected).await?;
        R::writer(ctx.unit).remove(&record).await.map_err(Error::in_use)?;
        Ok(Recorded::new((), AuditRecord::removed(Action::<R>::REMOVED, &record)?))
    }
}
