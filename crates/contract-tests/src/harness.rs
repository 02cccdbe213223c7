use std::{any::Any, sync::Arc};

use plinth_domain::{
    Access, AssignedRole, Membership, Organization, OrganizationId, Permission, Revision, Session,
    SessionState, TenantScope, User, UserAgent,
};
use plinth_ports::{
    Member, PasswordHash, ReadUnit, Result, SessionClient, SessionTokens, Store, SystemStore,
    SystemUnit, TokenKey, UnitOfWork,
};

use crate::fixture::{at, id, named, organization, token, user};

/// A store under test, empty at the start, through both of its ports.
pub struct Stores {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) system: Arc<dyn SystemStore>,
    /// Whether each question of a view is asked by itself.
    apart: bool,
    /// Whether units of work run one after another.
    in_turns: bool,
    /// Kept until the stores are dropped.
    _guard: Box<dyn Any + Send + Sync>,
}

/// An organization with its first owner.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) organization: Organization,
    pub(crate) owner: User,
    pub(crate) membership: Membership,
}

impl Tenant {
    pub(crate) fn id(&self) -> OrganizationId {
        self.organization.id
    }

    pub(crate) fn scope(&self) -> TenantScope {
        Access::of_member(&self.membership).require(Permission::OrganizationRead).unwrap()
    }
}

impl Stores {
    /// Both ports of one store.
    pub fn new(store: Arc<dyn Store>, system: Arc<dyn SystemStore>) -> Self {
        Self { store, system, apart: false, in_turns: false, _guard: Box::new(()) }
    }

    /// The same stores, whose views ask each question by itself.
    #[must_use]
    pub fn apart(self) -> Self {
        Self { apart: true, ..self }
    }

    /// The same stores, whose units of work run one after another: none meets a lock of another.
    #[must_use]
    pub fn taking_turns(self) -> Self {
        Self { in_turns: true, ..self }
    }

    pub(crate) const fn in_turns(&self) -> bool {
        self.in_turns
    }

    /// Keeps `guard`, such as the database of one test, until the test ends.
    #[must_use]
    pub fn keeping(self, guard: impl Any + Send + Sync) -> Self {
        Self { _guard: Box::new(guard), ..self }
    }

    pub(crate) async fn begin(&self, tenant: &Tenant) -> Box<dyn UnitOfWork> {
        self.store.begin(tenant.scope()).await.unwrap()
    }

    pub(crate) async fn begin_deferred(&self, tenant: &Tenant) -> Box<dyn UnitOfWork> {
        self.store.begin_deferred(tenant.scope()).await.unwrap()
    }

    pub(crate) async fn read(&self, tenant: &Tenant) -> Box<dyn ReadUnit> {
        if self.apart {
            return self.store.read_apart(tenant.scope()).await.unwrap();
        }
        self.read_together(tenant).await
    }

    pub(crate) async fn read_together(&self, tenant: &Tenant) -> Box<dyn ReadUnit> {
        self.store.read(tenant.scope()).await.unwrap()
    }

    pub(crate) async fn across(&self) -> Box<dyn SystemUnit> {
        self.system.begin().await.unwrap()
    }

    /// A new organization with its owner.
    pub(crate) async fn tenant(&self) -> Tenant {
        self.founded(organization(), user()).await
    }

    /// Stores a new organization with a new user as its owner.
    pub(crate) async fn founded(&self, organization: Organization, owner: User) -> Tenant {
        let membership = Membership::found(id(), organization.id, owner.id, at(0));
        let mut unit = self.across().await;
        unit.insert_organization(&organization).await.unwrap();
        unit.insert_user(&owner, Some(&password())).await.unwrap();
        unit.insert_membership(&Member::of(membership, &owner)).await.unwrap();
        unit.commit().await.unwrap();
        Tenant { organization, owner, membership }
    }

    /// Another user who is a member of the organization.
    pub(crate) async fn member(
        &self,
        tenant: &Tenant,
        role: impl Into<AssignedRole>,
    ) -> (User, Membership) {
        let user = user();
        let mut unit = self.across().await;
        unit.insert_user(&user, Some(&password())).await.unwrap();
        unit.commit().await.unwrap();
        let membership = self.admit(tenant, &user, role, at(0)).await;
        (user, membership)
    }

    /// Makes a user a member at this time.
    pub(crate) async fn admit(
        &self,
        tenant: &Tenant,
        user: &User,
        role: impl Into<AssignedRole>,
        since: plinth_domain::Timestamp,
    ) -> Membership {
        let membership = Membership {
            role: role.into(),
            revision: Revision::first(since),
            ..Membership::found(id(), tenant.id(), user.id, since)
        };
        let mut unit = self.across().await;
        unit.insert_membership(&Member::of(membership, user)).await.unwrap();
        unit.commit().await.unwrap();
        membership
    }

    /// A session of a member, with what its access and its refresh token are looked up by.
    pub(crate) async fn session(&self, membership: &Membership) -> (Session, TokenKey, TokenKey) {
        let (session, tokens) = (session(membership), tokens());
        let mut unit = self.across().await;
        unit.insert_session(&session, &tokens, &client()).await.unwrap();
        unit.commit().await.unwrap();
        let here = session.organization;
        (session, named(here, tokens.access), named(here, tokens.refresh))
    }

    /// Runs `write` in a unit of work of the organization, and commits it.
    pub(crate) async fn write(
        &self,
        tenant: &Tenant,
        work: impl AsyncFnOnce(&mut dyn UnitOfWork) -> Result<()>,
    ) -> Result<()> {
        let mut unit = self.begin(tenant).await;
        work(unit.as_mut()).await?;
        unit.commit().await
    }
}

/// A live session that is not stored yet, the first of its family.
pub(crate) fn session(membership: &Membership) -> Session {
    Session {
        id: id(),
        family: id(),
        organization: membership.organization,
        user: membership.user,
        access_expires_at: at(900),
        expires_at: at(86_400),
        rotated_from: None,
        proved_at: Some(at(0)),
        connection: None,
        state: SessionState::Live,
        revision: Revision::first(at(0)),
    }
}

/// The hashes of random tokens.
pub(crate) fn tokens() -> SessionTokens {
    SessionTokens { access: token(), refresh: token(), root: token() }
}

/// The address block of most sessions.
pub(crate) fn client() -> SessionClient {
    SessionClient { address: Some([192, 0, 2, 1].into()), device: UserAgent::cleaned("curl/8.5.0") }
}

/// A stored password.
pub(crate) fn password() -> PasswordHash {
    PasswordHash("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA".to_owned())
}
