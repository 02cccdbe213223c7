//! A database for one test, with organizations.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use chrono::{SubsecRound, Utc};
use plinth_domain::{
    Access, Email, Id, JsonObject, Membership, Name, Organization, Permission, Project,
    ProjectCode, ProjectDraft, ProjectStatus, Revision, Role, Schedule, Slug, TenantScope,
    Timestamp, User, UserStatus,
};
use plinth_ports::{Member, PasswordHash, Result, Store, SystemStore};
use plinth_postgres::{PgStore, PoolOptions};
use plinth_testkit::TestDatabase;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// A store on a separate database.
pub struct World {
    pub database: TestDatabase,
    pub store: PgStore,
}

/// An organization with its first owner.
#[derive(Clone)]
pub struct Tenant {
    pub membership: Membership,
    pub scope: TenantScope,
}

fn store_on(
    database: &TestDatabase,
    change: impl FnOnce(PoolOptions<'_>) -> PoolOptions<'_>,
) -> PgStore {
    crate::recorder::start();
    // On a busy machine the login is slow.
    let acquire_timeout = Duration::from_secs(20);
    let usual = PoolOptions { acquire_timeout, ..PoolOptions::new(database.url()) };
    PgStore::connect(change(usual)).unwrap()
}

impl World {
    pub async fn new() -> Self {
        let database = TestDatabase::create().await;
        let store = store_on(&database, |usual| usual);
        Self { database, store }
    }

    /// Another store on the same database.
    pub fn store_with(&self, change: impl FnOnce(PoolOptions<'_>) -> PoolOptions<'_>) -> PgStore {
        store_on(&self.database, change)
    }

    /// Another store with a pool of one connection.
    pub async fn with_one_connection() -> Self {
        let mut world = Self::new().await;
        world.store = world.store_with(|options| PoolOptions { max_connections: 1, ..options });
        world
    }

    /// A direct connection as the superuser.
    pub async fn admin(&self) -> PgConnection {
        PgConnection::connect(self.database.url()).await.unwrap()
    }

    pub async fn tenant(&self) -> Tenant {
        let id = id();
        let slug = Slug::parse(&format!("o-{id}")).unwrap();
        let organization = Organization::found(id, name("Harbour Works"), slug, now());
        let mut unit = SystemStore::begin(&self.store).await.unwrap();
        unit.insert_organization(&organization).await.unwrap();
        unit.commit().await.unwrap();
        let membership = self.member(organization.id, Role::Owner).await;
        Tenant {
            membership,
            scope: Access::of_member(&membership).require(Permission::OrganizationRead).unwrap(),
        }
    }

    pub async fn member(
        &self,
        organization: plinth_domain::OrganizationId,
        role: Role,
    ) -> Membership {
        let user = User {
            id: id(),
            email: Email::parse(&format!("{}@example.com", id::<User>())).unwrap(),
            name: name("Ada Lovelace"),
            status: UserStatus::Active,
            email_verified_at: None,
            locale: None,
            time_zone: None,
            revision: Revision::first(now()),
        };
        let found = Membership::found(id(), organization, user.id, now());
        let membership = Membership { role: role.into(), ..found };
        let mut unit = SystemStore::begin(&self.store).await.unwrap();
        unit.insert_user(&user, Some(&PasswordHash("$argon2id$v=19$x".to_owned()))).await.unwrap();
        unit.insert_membership(&Member::of(membership, &user)).await.unwrap();
        unit.commit().await.unwrap();
        membership
    }

    /// Stores a project and commits.
    pub async fn insert(&self, tenant: &Tenant, project: &Project) -> Result<()> {
        let mut unit = Store::begin(&self.store, tenant.scope).await?;
        unit.projects().insert(project).await?;
        unit.commit().await
    }

    /// The same in a deferred unit.
    pub async fn insert_deferred(&self, tenant: &Tenant, project: &Project) -> Result<()> {
        let mut unit = self.store.begin_deferred(tenant.scope).await?;
        unit.projects().insert(project).await?;
        unit.commit().await
    }

    pub async fn find(&self, tenant: &Tenant, project: &Project) -> Result<Option<Project>> {
        self.store.read(tenant.scope).await?.projects().find(project.id).await
    }
}

/// A project with this code.
pub fn project(tenant: &Tenant, code: &str) -> Project {
    let draft = ProjectDraft {
        code: ProjectCode::parse(code).unwrap(),
        name: name("Harbour crossing"),
        description: None,
        status: ProjectStatus::Planned,
        schedule: Schedule::default(),
        metadata: JsonObject::default(),
    };
    Project::plan(id(), tenant.scope.organization(), draft, now())
}

#[expect(clippy::disallowed_methods, reason = "no test foresees these")]
pub fn id<T>() -> Id<T> {
    Id::from_uuid(Uuid::now_v7())
}

#[expect(clippy::disallowed_methods, reason = "the journal's partitions begin with this month")]
pub fn now() -> Timestamp {
    Utc::now().trunc_subsecs(6)
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// Polls a future `polls` times and then drops it: at its n-th `await` that is not ready at once.
pub async fn cut_off<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Waits for a condition, at most 30 s.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..3000 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: not after 30 s");
}
