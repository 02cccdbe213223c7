//! The description of a kind of record for the audit log, the event stream and its topics. Each
//! record declares it once, beside its use cases.

use std::marker::PhantomData;

use plinth_domain::{Id, Job, Permission};
use plinth_ports::{Record, RecordReader};
use serde::Serialize;
use uuid::Uuid;

use crate::{Error, Expected};

/// A kind of record that use cases work on.
pub trait Resource: Listed {
    /// Its name in the audit log: `project`.
    const KIND: &'static str;
    /// Its topic in the event stream: `projects`.
    const TOPIC: &'static str;
    /// The permission to read its events.
    const READ: Permission;
    /// Its identity.
    fn id(&self) -> Uuid;
    /// The project that it belongs to, if any.
    fn project(&self) -> Option<Uuid> {
        None
    }
    /// The audit representation, without secrets.
    fn audit_view(&self) -> impl Serialize;
}

/// A [`Resource`] without its type, for the event stream.
#[derive(Debug)]
pub(crate) struct Descriptor {
    pub(crate) kind: &'static str,
    pub(crate) topic: &'static str,
    pub(crate) read: Permission,
    /// The events of its creation, change and removal.
    pub(crate) changes: [&'static str; 3],
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is missing from `resources!` in application/src/resource.rs"
)]
/// Implemented for the resources in the lists below, which the event stream uses.
pub trait Listed {}

macro_rules! resources {
    (
        records { $($name:ident: $record:ty,)* }
        others { $($other:ty,)* }
    ) => {
        const GROUPS: &[&[Descriptor]] = &[
            $(resources!(@group $name: $record),)*
            &[$(Descriptor::of::<$other>(),)*],
        ];
        $(resources! { @listed $name: $record })*
        $(impl Listed for $other {})*
    };
    // A version is shown as a part of its document.
    (@group document_versions: $record:ty) => { &[] };
    (@group $name:ident: $record:ty) => { &[Descriptor::of::<$record>()] };
    (@listed document_versions: $record:ty) => {};
    (@listed $name:ident: $record:ty) => { impl Listed for $record {} };
}

plinth_ports::with_records! {
    resources! {
        others {
            Job,
            plinth_domain::Payment,
            plinth_domain::BankTransaction,
            plinth_domain::Execution,
            plinth_domain::AgentRun,
            plinth_ports::Member,
            plinth_domain::Invitation,
            plinth_domain::ApiKey,
            plinth_domain::FeatureFlag,
            plinth_domain::ProjectGrant,
            plinth_domain::Organization,
            plinth_domain::OrganizationDomain,
            plinth_domain::SsoConnection,
        }
    }
}

impl Descriptor {
    const fn of<R: Resource>() -> Self {
        let changes = [Action::<R>::CREATED, Action::<R>::UPDATED, Action::<R>::REMOVED];
        Self { kind: R::KIND, topic: R::TOPIC, read: R::READ, changes }
    }
}

/// Every kind of record that events are about.
pub(crate) fn resources() -> impl Iterator<Item = &'static Descriptor> {
    GROUPS.iter().copied().flatten()
}

/// The names of every resource's operations and audit records.
pub(crate) struct Action<R>(PhantomData<R>);

impl<R: Resource> Action<R> {
    pub(crate) const GET: &'static str = Self::name(&Self::text(".get"), ".get");
    pub(crate) const LIST: &'static str = Self::name(&Self::text(".list"), ".list");
    pub(crate) const CREATE: &'static str = Self::name(&Self::text(".create"), ".create");
    pub(crate) const UPDATE: &'static str = Self::name(&Self::text(".update"), ".update");
    pub(crate) const REMOVE: &'static str = Self::name(&Self::text(".remove"), ".remove");
    pub(crate) const CREATED: &'static str = Self::name(&Self::text(".created"), ".created");
    pub(crate) const UPDATED: &'static str = Self::name(&Self::text(".updated"), ".updated");
    pub(crate) const REMOVED: &'static str = Self::name(&Self::text(".removed"), ".removed");

    const fn text(verb: &str) -> [u8; 64] {
        let (mut text, kind, verb) = ([0; 64], R::KIND.as_bytes(), verb.as_bytes());
        let mut at = 0;
        while at < kind.len() + verb.len() {
            text[at] = if at < kind.len() { kind[at] } else { verb[at - kind.len()] };
            at += 1;
        }
        text
    }

    const fn name(text: &'static [u8; 64], verb: &str) -> &'static str {
        match str::from_utf8(text.split_at(R::KIND.len() + verb.len()).0) {
            Ok(name) => name,
            Err(_) => panic!("a kind is ASCII"),
        }
    }
}

/// Finds records, with the errors of use cases.
pub(crate) trait Found<R> {
    /// The record, or [`Error::NotFound`].
    async fn get(&mut self, id: Id<R>) -> Result<R, Error>;
    /// The record in the version that the caller saw.
    async fn expect(&mut self, id: Id<R>, expected: &Expected) -> Result<R, Error>;
}

impl<R: Record + Resource, T: RecordReader<R> + ?Sized> Found<R> for T {
    async fn get(&mut self, id: Id<R>) -> Result<R, Error> {
        self.find(id).await?.ok_or(Error::NotFound(R::KIND))
    }

    async fn expect(&mut self, id: Id<R>, expected: &Expected) -> Result<R, Error> {
        let record = self.get(id).await?;
        expected.check(record.revision())?;
        Ok(record)
    }
}
