use async_trait::async_trait;
use plinth_domain::{Email, Organization, OrganizationId, Slug, User, UserId};

use crate::{Login, PasswordHash, Result};

/// An installation that shares a directory with others: a database with the programs around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The name, unique in the directory.
    pub name: String,
    /// Where clients reach its API.
    pub url: String,
}

/// Where an organization is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// In this cell.
    In(Cell),
    /// On its way from one cell to another. Neither serves it.
    Moving {
        /// The cell that it leaves.
        from: Cell,
        /// The name of the cell that it moves to.
        to: String,
    },
}

/// An organization that a user is a member of, and its cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The organization.
    pub organization: OrganizationId,
    /// Its slug.
    pub slug: Slug,
    /// Its cell.
    pub cell: Cell,
}

/// What must be unique in all cells together.
#[derive(Debug, Clone, Copy)]
pub struct NewIdentity<'a> {
    /// A new user with the hash of the password, if they have one.
    pub user: (&'a User, Option<&'a PasswordHash>),
    /// The user's new organization, unless the user joins another one.
    pub organization: Option<&'a Organization>,
}

/// An organization that has changed in a cell, with all of its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedOrganization {
    /// The organization.
    pub id: OrganizationId,
    /// Its slug.
    pub slug: Slug,
    /// Its members.
    pub members: Vec<UserId>,
    /// The number of its changes so far.
    pub revision: i64,
}

/// A user who has changed in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedUser {
    /// The user.
    pub login: Login,
    /// The number of their changes so far.
    pub revision: i64,
}

/// What has changed in a cell since the directory was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CellChanges {
    /// The users.
    pub users: Vec<ChangedUser>,
    /// The organizations.
    pub organizations: Vec<ChangedOrganization>,
}

impl CellChanges {
    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.organizations.is_empty()
    }
}

/// What the directory did not take from a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The address of a user, which another user has.
    Email(Email),
    /// The slug of an organization, which another one has.
    Slug(Slug),
}

/// The directory of all cells: which organizations and users there are, and where.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Claims an address, and a slug, for this cell, before it commits them. A claim that no cell has
    /// committed ends after ten minutes. [`Conflict`](crate::StoreError::Conflict) with
    /// [`EMAIL_TAKEN`](crate::records::users::EMAIL_TAKEN) or
    /// [`SLUG_TAKEN`](crate::records::organizations::SLUG_TAKEN).
    async fn claim(&self, cell: &str, new: NewIdentity<'_>) -> Result<()>;

    /// Finds a user by the e-mail address.
    async fn find_login(&self, email: &Email) -> Result<Option<Login>>;

    /// The organizations of a user, the one that was created first before the others.
    async fn places(&self, user: UserId) -> Result<Vec<Place>>;

    /// Where an organization is; `None` when there is none.
    async fn whereabouts(&self, organization: OrganizationId) -> Result<Option<Whereabouts>>;

    /// Stores what has changed in a cell. An older revision of a user changes nothing, and the user
    /// counts as changed for those who have it; of two passwords the newer one stays. An organization
    /// that is in another cell changes nothing. Returns what it did not take.
    async fn publish(&self, cell: &str, changes: &CellChanges) -> Result<Vec<Refused>>;

    /// Users who have changed after a position, in order, each with its position.
    async fn changed_after(&self, position: i64, limit: u16) -> Result<Vec<(i64, Login)>>;

    /// Makes a cell known, or changes its URL.
    async fn join(&self, cell: &Cell) -> Result<()>;

    /// All cells, in the order of their names, each with the number of its organizations.
    async fn cells(&self) -> Result<Vec<(Cell, u64)>>;

    /// Begins to move an organization, which had access (`is_active`) or was suspended. Returns whether
    /// it is moving between these cells now, also when it was before.
    async fn begin_move(
        &self,
        organization: OrganizationId,
        between: [&str; 2],
        is_active: bool,
    ) -> Result<bool>;

    /// Ends a move: the organization is in this cell from now on. Returns whether it was on its way
    /// there.
    async fn end_move(&self, organization: OrganizationId, to: &str) -> Result<bool>;

    /// Gives a move up: the organization stays in this cell. Returns whether it was on its way from it.
    async fn give_up_move(&self, organization: OrganizationId, from: &str) -> Result<bool>;

    /// Whether an organization had access before its last move began, and has not got it again.
    async fn was_active(&self, organization: OrganizationId) -> Result<bool>;

    /// The organization has got access again after its move.
    async fn arrive(&self, organization: OrganizationId) -> Result<()>;
}

/// What a cell stores for the directory.
#[async_trait]
pub trait CellStore: Send + Sync {
    /// Makes this database that of a cell. Everything in it counts as changed, also when it is repeated.
    /// [`Conflict`](crate::StoreError::Conflict) when it is that of another cell.
    async fn become_cell(&self, name: &str) -> Result<()>;

    /// The name of the cell that this database is of; `None` for that of an installation of its own.
    async fn name(&self) -> Result<Option<String>>;

    /// What has changed since the directory was told, up to `limit` of each.
    async fn changes(&self, limit: u16) -> Result<CellChanges>;

    /// The directory was told of these changes.
    async fn told(&self, changes: &CellChanges) -> Result<()>;

    /// Whether an organization is in this database and has access.
    async fn serves(&self, organization: OrganizationId) -> Result<bool>;

    /// Stores a copy of a user of other cells, if there is none.
    async fn adopt(&self, login: &Login) -> Result<()>;

    /// Replaces the copy of a user unless it is newer, keeps the newer of the two passwords, and ends the
    /// user's sessions when the password or the status is another one. The picture and the identities of
    /// a user who is disabled now are removed, and the identities of one whose address was proven
    /// elsewhere. Returns whether it has changed.
    async fn refresh(&self, login: &Login) -> Result<bool>;

    /// How far the users of the directory were read.
    async fn position(&self) -> Result<i64>;

    /// Stores how far the users of the directory were read.
    async fn advance(&self, position: i64) -> Result<()>;
}
