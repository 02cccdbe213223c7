//! The directory of all cells: a small database of its own, without row level security.

use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{
    Email, Id, Name, OrganizationId, Revision, Slug, User, UserId, UserStatus, Version,
};
use plinth_ports::{
    Cell, CellChanges, ChangedOrganization, Constraint, Directory, Login, NewIdentity,
    PasswordHash, Place, Refused, Result, StoreError, Whereabouts,
    records::{organizations::SLUG_TAKEN, users::EMAIL_TAKEN},
};
use sqlx::{
    PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions, PgQueryResult, PgRow},
};
use uuid::Uuid;

use crate::{
    InvalidUrl,
    error::store_error,
    records::users::second_factor,
    row::{named, stored},
    value::ColumnValue,
};

/// A process asks the directory rarely: at log-ins, registrations and for organizations elsewhere.
const CONNECTIONS: u32 = 4;
/// How long a request waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(3);
/// How long a statement may take, in the form of PostgreSQL.
const STATEMENT: &str = "3s";

/// One cell publishes at a time, so that positions are in the order of commits.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7308329148117905)";

/// An address that a cell has claimed and not committed is free again after a while; at once for the
/// same cell, which has its own unique index.
const CLAIM_USER: &str = "
    INSERT INTO users (id, email, name, password_hash, password_version, status, email_verified_at,
        version, created_at, updated_at, cell, locale, time_zone, second_factor)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::jsonb)
    ON CONFLICT (email) DO UPDATE SET id = excluded.id, cell = excluded.cell, claimed_at = now()
    WHERE users.confirmed_at IS NULL
        AND (users.cell = excluded.cell OR users.claimed_at < now() - interval '10 minutes')";

const CLAIM_ORGANIZATION: &str = "
    INSERT INTO organizations (id, slug, cell) VALUES ($1, $2, $3)
    ON CONFLICT (slug) DO UPDATE SET id = excluded.id, cell = excluded.cell, claimed_at = now()
    WHERE organizations.confirmed_at IS NULL AND (organizations.cell = excluded.cell
        OR organizations.claimed_at < now() - interval '10 minutes')";

const FIND_LOGIN: &str = "
    SELECT *, second_factor::text AS factor FROM users
    WHERE email = $1 AND confirmed_at IS NOT NULL";

const PLACES: &str = "
    SELECT o.id, o.slug, c.name, c.url FROM memberships m
    JOIN organizations o ON o.id = m.organization_id JOIN cells c ON c.name = o.cell
    WHERE m.user_id = $1 ORDER BY o.id";

const WHEREABOUTS: &str = "
    SELECT c.name, c.url, o.destination FROM organizations o JOIN cells c ON c.name = o.cell
    WHERE o.id = $1 AND o.confirmed_at IS NOT NULL";

const CHANGED_AFTER: &str = "
    SELECT *, second_factor::text AS factor FROM users
    WHERE position > $1 AND confirmed_at IS NOT NULL ORDER BY position LIMIT $2";

/// Frees an address for the user who has it.
const FREE_EMAIL: &str = "DELETE FROM users WHERE email = $1 AND id <> $2 AND confirmed_at IS NULL";

const FREE_SLUG: &str =
    "DELETE FROM organizations WHERE slug = $1 AND id <> $2 AND confirmed_at IS NULL";

const EMAIL_OF_OTHER: &str = "SELECT FROM users WHERE email = $1 AND id <> $2";
const SLUG_OF_OTHER: &str = "SELECT FROM organizations WHERE slug = $1 AND id <> $2";

const PUBLISH_USER: &str = "
    INSERT INTO users (id, email, name, password_hash, password_version, status, email_verified_at,
        version, created_at, updated_at, cell, locale, time_zone, second_factor, confirmed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::jsonb, now())
    ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name,
        password_hash = CASE WHEN excluded.password_version < users.password_version
            THEN users.password_hash ELSE excluded.password_hash END,
        password_version = greatest(users.password_version, excluded.password_version),
        status = excluded.status, email_verified_at = excluded.email_verified_at,
        second_factor = excluded.second_factor,
        version = greatest(users.version, excluded.version), created_at = excluded.created_at,
        updated_at = excluded.updated_at, cell = excluded.cell,
        locale = excluded.locale, time_zone = excluded.time_zone,
        confirmed_at = coalesce(users.confirmed_at, now()), position = DEFAULT
    WHERE users.confirmed_at IS NULL
        OR (users.version <= excluded.version OR users.password_version < excluded.password_version)
        AND (users.email, users.name, users.password_hash, users.password_version, users.status,
            users.email_verified_at, users.locale, users.time_zone, users.second_factor)
        IS DISTINCT FROM (excluded.email, excluded.name, excluded.password_hash,
            excluded.password_version, excluded.status, excluded.email_verified_at,
            excluded.locale, excluded.time_zone, excluded.second_factor)";

/// The cell that has told an older revision hears of the newer one.
const TELL_AGAIN: &str = "UPDATE users SET position = DEFAULT
    WHERE id = $1 AND (version > $2 OR password_version > $3)";

const PUBLISH_ORGANIZATION: &str = "
    INSERT INTO organizations (id, slug, cell, confirmed_at) VALUES ($1, $2, $3, now())
    ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, confirmed_at = now()
    WHERE organizations.cell = excluded.cell";

const REMOVE_MEMBERS: &str =
    "DELETE FROM memberships WHERE organization_id = $1 AND user_id <> ALL ($2)";

const ADD_MEMBERS: &str = "
    INSERT INTO memberships (organization_id, user_id) SELECT $1, unnest($2::uuid[])
    ON CONFLICT DO NOTHING";

const JOIN: &str = "
    INSERT INTO cells (name, url) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET url = excluded.url";

const CELLS: &str = "
    SELECT c.name, c.url, (SELECT count(*) FROM organizations o
        WHERE o.cell = c.name AND o.confirmed_at IS NOT NULL)
    FROM cells c ORDER BY c.name";

const BEGIN_MOVE: &str = "
    UPDATE organizations SET destination = $3,
        was_active = CASE WHEN destination IS NULL THEN $4 ELSE was_active END
    WHERE id = $1 AND cell = $2 AND cell <> $3 AND coalesce(destination, $3) = $3";

const END_MOVE: &str = "
    UPDATE organizations SET cell = destination, destination = NULL
    WHERE id = $1 AND destination = $2";

const GIVE_UP_MOVE: &str = "
    UPDATE organizations SET destination = NULL
    WHERE id = $1 AND cell = $2 AND destination IS NOT NULL";

const WAS_ACTIVE: &str = "SELECT was_active FROM organizations WHERE id = $1";
const ARRIVE: &str = "UPDATE organizations SET was_active = false WHERE id = $1";

/// The directory on PostgreSQL.
#[derive(Debug, Clone)]
pub struct PgDirectory(PgPool);

impl PgDirectory {
    /// Connects at its first use.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub fn connect(url: &str) -> Result<Self, InvalidUrl> {
        let options: PgConnectOptions = url.parse().map_err(InvalidUrl)?;
        let options = options
            .application_name("plinth-directory")
            .options([("statement_timeout", STATEMENT), ("lock_timeout", STATEMENT)]);
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(ACQUIRE);
        Ok(Self(pool.connect_lazy_with(options)))
    }
}

#[async_trait]
impl Directory for PgDirectory {
    async fn claim(&self, cell: &str, new: NewIdentity<'_>) -> Result<()> {
        let mut transaction = self.0.begin().await.map_err(store_error)?;
        let (user, password) = new.user;
        let login = Login::new(user.clone(), password.cloned());
        let claimed = write_user(&mut transaction, CLAIM_USER, &login, cell).await?;
        taken_unless(&claimed, EMAIL_TAKEN)?;
        if let Some(organization) = new.organization {
            let claimed = sqlx::query(CLAIM_ORGANIZATION)
                .bind(organization.id.uuid())
                .bind(organization.slug.as_str())
                .bind(cell)
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            taken_unless(&claimed, SLUG_TAKEN)?;
        }
        transaction.commit().await.map_err(store_error)
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Login>> {
        let row = sqlx::query(FIND_LOGIN).bind(email.as_str()).fetch_optional(&self.0).await;
        row.map_err(store_error)?.map(|row| login(&row)).transpose()
    }

    async fn places(&self, user: UserId) -> Result<Vec<Place>> {
        let rows = sqlx::query(PLACES).bind(user.uuid()).fetch_all(&self.0).await;
        let place = |row: PgRow| {
            Ok(Place {
                organization: Id::from_uuid(named(&row, "id")?),
                slug: Slug::parse(named(&row, "slug")?).map_err(corrupt)?,
                cell: cell(&row)?,
            })
        };
        rows.map_err(store_error)?.into_iter().map(place).collect()
    }

    async fn whereabouts(&self, organization: OrganizationId) -> Result<Option<Whereabouts>> {
        let row = sqlx::query(WHEREABOUTS).bind(organization.uuid()).fetch_optional(&self.0).await;
        let Some(row) = row.map_err(store_error)? else { return Ok(None) };
        let here = cell(&row)?;
        Ok(Some(match named::<Option<String>>(&row, "destination")? {
            Some(to) => Whereabouts::Moving { from: here, to },
            None => Whereabouts::In(here),
        }))
    }

    async fn publish(&self, cell: &str, changes: &CellChanges) -> Result<Vec<Refused>> {
        let mut transaction = self.0.begin().await.map_err(store_error)?;
        sqlx::query(LOCK).execute(&mut *transaction).await.map_err(store_error)?;
        let mut refused = Vec::new();
        for changed in &changes.users {
            let user = &changed.login.user;
            let (email, id) = (user.email.as_str(), user.id.uuid());
            if is_taken(&mut transaction, FREE_EMAIL, EMAIL_OF_OTHER, email, id).await? {
                refused.push(Refused::Email(user.email.clone()));
            } else {
                let Login { user, password_version, .. } = &changed.login;
                write_user(&mut transaction, PUBLISH_USER, &changed.login, cell).await?;
                let again = sqlx::query(TELL_AGAIN).bind(id).bind(user.revision.version.number());
                let again = again.bind(password_version).execute(&mut *transaction).await;
                again.map_err(store_error)?;
            }
        }
        for changed in &changes.organizations {
            if let Some(slug) = publish_organization(&mut transaction, cell, changed).await? {
                refused.push(Refused::Slug(slug));
            }
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(refused)
    }

    async fn changed_after(&self, position: i64, limit: u16) -> Result<Vec<(i64, Login)>> {
        let rows = sqlx::query(CHANGED_AFTER).bind(position).bind(i64::from(limit));
        let rows = rows.fetch_all(&self.0).await.map_err(store_error)?;
        rows.iter().map(|row| Ok((named(row, "position")?, login(row)?))).collect()
    }

    async fn join(&self, cell: &Cell) -> Result<()> {
        let join = sqlx::query(JOIN).bind(&cell.name).bind(&cell.url).execute(&self.0).await;
        join.map(drop).map_err(store_error)
    }

    async fn cells(&self) -> Result<Vec<(Cell, u64)>> {
        let rows = sqlx::query(CELLS).fetch_all(&self.0).await.map_err(store_error)?;
        let count = |row: &PgRow| named::<i64>(row, "count").map(i64::unsigned_abs);
        rows.iter().map(|row| Ok((cell(row)?, count(row)?))).collect()
    }

    async fn begin_move(
        &self,
        organization: OrganizationId,
        [from, to]: [&str; 2],
        is_active: bool,
    ) -> Result<bool> {
        let sql = sqlx::query(BEGIN_MOVE).bind(organization.uuid()).bind(from).bind(to);
        changed_one(sql.bind(is_active).execute(&self.0).await)
    }

    async fn end_move(&self, organization: OrganizationId, to: &str) -> Result<bool> {
        let sql = sqlx::query(END_MOVE).bind(organization.uuid()).bind(to);
        changed_one(sql.execute(&self.0).await)
    }

    async fn give_up_move(&self, organization: OrganizationId, from: &str) -> Result<bool> {
        let sql = sqlx::query(GIVE_UP_MOVE).bind(organization.uuid()).bind(from);
        changed_one(sql.execute(&self.0).await)
    }

    async fn arrive(&self, organization: OrganizationId) -> Result<()> {
        let sql = sqlx::query(ARRIVE).bind(organization.uuid()).execute(&self.0).await;
        sql.map(drop).map_err(store_error)
    }

    async fn was_active(&self, organization: OrganizationId) -> Result<bool> {
        let was = sqlx::query_scalar(WAS_ACTIVE).bind(organization.uuid());
        was.fetch_one(&self.0).await.map_err(store_error)
    }
}

/// Stores an organization with its members; answers the slug when another organization has it.
async fn publish_organization(
    connection: &mut PgConnection,
    cell: &str,
    changed: &ChangedOrganization,
) -> Result<Option<Slug>> {
    let (id, slug) = (changed.id.uuid(), &changed.slug);
    if is_taken(connection, FREE_SLUG, SLUG_OF_OTHER, slug.as_str(), id).await? {
        return Ok(Some(slug.clone()));
    }
    let store = sqlx::query(PUBLISH_ORGANIZATION).bind(id).bind(slug.as_str()).bind(cell);
    let stored = store.execute(&mut *connection).await.map_err(store_error)?;
    // It has moved to another cell, which tells about it now.
    if stored.rows_affected() == 0 {
        return Ok(None);
    }
    let members: Vec<Uuid> = changed.members.iter().map(|member| member.uuid()).collect();
    for sql in [REMOVE_MEMBERS, ADD_MEMBERS] {
        let write = sqlx::query(sql).bind(id).bind(&members).execute(&mut *connection).await;
        write.map_err(store_error)?;
    }
    Ok(None)
}

/// Whether the address or slug of one belongs to another one. What was only claimed is freed.
async fn is_taken(
    connection: &mut PgConnection,
    free: &'static str,
    find: &'static str,
    value: &str,
    id: Uuid,
) -> Result<bool> {
    let freed = sqlx::query(free).bind(value).bind(id).execute(&mut *connection).await;
    freed.map_err(store_error)?;
    let other = sqlx::query(find).bind(value).bind(id).fetch_optional(connection).await;
    Ok(other.map_err(store_error)?.is_some())
}

async fn write_user(
    connection: &mut PgConnection,
    sql: &'static str,
    login: &Login,
    cell: &str,
) -> Result<PgQueryResult> {
    let Login { user, password, password_version, factor } = login;
    let write = sqlx::query(sql)
        .bind(user.id.uuid())
        .bind(user.email.as_str())
        .bind(user.name.as_str())
        .bind(password.as_ref().map(|hash| hash.0.as_str()))
        .bind(password_version)
        .bind(user.status.name())
        .bind(user.email_verified_at)
        .bind(user.revision.version.number())
        .bind(user.revision.created_at)
        .bind(user.revision.updated_at)
        .bind(cell)
        .bind(user.locale.stored())
        .bind(user.time_zone.stored())
        .bind(factor.as_ref().map(second_factor::encode));
    write.execute(connection).await.map_err(store_error)
}

fn login(row: &PgRow) -> Result<Login> {
    let status: String = named(row, "status")?;
    Ok(Login {
        user: User {
            id: Id::from_uuid(named(row, "id")?),
            email: Email::stored(named(row, "email")?).map_err(corrupt)?,
            name: Name::stored(named(row, "name")?).map_err(corrupt)?,
            status: UserStatus::from_name(&status).ok_or_else(|| corrupt(status))?,
            email_verified_at: named(row, "email_verified_at")?,
            locale: stored(row, "locale")?,
            time_zone: stored(row, "time_zone")?,
            revision: Revision {
                version: Version::from_number(named(row, "version")?),
                created_at: named(row, "created_at")?,
                updated_at: named(row, "updated_at")?,
            },
        },
        password: named::<Option<String>>(row, "password_hash")?.map(PasswordHash),
        password_version: named(row, "password_version")?,
        factor: named::<Option<String>>(row, "factor")?
            .map(|text| second_factor::decode(&text).ok_or_else(|| corrupt("a broken factor")))
            .transpose()?,
    })
}

fn cell(row: &PgRow) -> Result<Cell> {
    Ok(Cell { name: named(row, "name")?, url: named(row, "url")? })
}

fn taken_unless(written: &PgQueryResult, constraint: Constraint) -> Result<()> {
    match written.rows_affected() {
        0 => Err(StoreError::Conflict { constraint: constraint.0.to_owned() }),
        _ => Ok(()),
    }
}

fn changed_one(result: sqlx::Result<PgQueryResult>) -> Result<bool> {
    result.map(|result| result.rows_affected() == 1).map_err(store_error)
}

fn corrupt(value: impl std::fmt::Debug) -> StoreError {
    StoreError::Other(format!("the directory has {value:?}").into())
}
