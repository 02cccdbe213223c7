//! Several cells with one directory: docs/cells.md. Without a directory, none of this does anything.

mod files;
mod in_step;

use plinth_domain::{Email, Forbidden, Organization, OrganizationId, Slug, User, UserId};
use plinth_ports::{Login, NewIdentity, PasswordHash, StoreError, Whereabouts};

use crate::{Application, Error, ports::Cells};

pub use files::CopiedFiles;

plinth_domain::codes! {
    ORGANIZATION_ELSEWHERE = "organization.elsewhere",
        "The organization is in another cell; `cell_url` says where.";
    ORGANIZATION_MOVING = "organization.moving",
        "The organization is moving to another cell; try again after Retry-After.";
}

/// The organization is moving to another cell.
const MOVING: Error = Error::Overloaded {
    code: ORGANIZATION_MOVING,
    detail: "the organization is moving to another cell",
};

impl Application {
    /// The ports of an installation that is one of several cells.
    #[must_use]
    pub fn cells(&self) -> Option<&Cells> {
        self.ports.cells.as_ref()
    }

    /// The error for a credential of an organization that this cell does not know, or has suspended
    /// because it moves: where the organization is, or that the credential is void.
    pub(crate) async fn misdirected(
        &self,
        error: Error,
        organization: Option<OrganizationId>,
    ) -> Error {
        let (
            Error::Unauthenticated { .. } | Error::Forbidden(Forbidden::Suspended),
            Some(cells),
            Some(organization),
        ) = (&error, self.cells(), organization)
        else {
            return error;
        };
        match cells.store.serves(organization).await {
            Ok(false) => {}
            Ok(true) => return error,
            Err(unknown) => return unknown.into(),
        }
        match cells.directory.whereabouts(organization).await {
            Ok(Some(whereabouts)) => cells.answer(whereabouts).unwrap_or(error),
            Ok(None) => error,
            Err(unknown) => unknown.into(),
        }
    }

    /// Finds a user of any cell by the address. Without the directory there is none: who asks must not
    /// learn from the fault which users this cell has.
    pub(crate) async fn find_login_elsewhere(&self, email: &Email) -> Option<Login> {
        let found = self.cells()?.directory.find_login(email).await;
        found.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "the directory is away");
            None
        })
    }

    /// The error for a user who logs in to an organization of another cell: where it is. `None` when
    /// the user is no member of such an organization.
    pub(crate) async fn place_elsewhere(
        &self,
        user: UserId,
        wanted: impl Fn(OrganizationId, &Slug) -> bool,
    ) -> Result<Option<Error>, Error> {
        let Some(cells) = self.cells() else { return Ok(None) };
        for place in cells.directory.places(user).await? {
            if !wanted(place.organization, &place.slug) {
                continue;
            }
            let found = cells.directory.whereabouts(place.organization).await?;
            if let Some(elsewhere) = found.and_then(|whereabouts| cells.answer(whereabouts)) {
                return Ok(Some(elsewhere));
            }
        }
        Ok(None)
    }

    /// Whether a user is a member of an organization of another cell.
    pub(crate) async fn is_member_elsewhere(&self, user: UserId) -> Result<bool, Error> {
        match self.cells() {
            Some(cells) => Ok(!cells.directory.places(user).await?.is_empty()),
            None => Ok(false),
        }
    }

    /// Whether a user is a member of an organization of another cell, though perhaps also of one here.
    pub(crate) async fn is_member_in_other_cell(&self, user: UserId) -> Result<bool, Error> {
        let Some(Cells { here, directory, .. }) = self.cells() else { return Ok(false) };
        let places = directory.places(user).await?;
        Ok(places.iter().any(|place| place.cell.name != here.name))
    }

    /// Claims the address, and the slug, of who is new in all cells together. It comes before the
    /// transaction that stores them.
    pub(crate) async fn claim(
        &self,
        user: &User,
        password: Option<&PasswordHash>,
        organization: Option<&Organization>,
    ) -> Result<(), StoreError> {
        match self.cells() {
            Some(Cells { here, directory, .. }) => {
                let new = NewIdentity { user: (user, password), organization };
                directory.claim(&here.name, new).await
            }
            None => Ok(()),
        }
    }

    /// Stores a copy of a user of other cells who becomes a member here.
    pub(crate) async fn adopt(&self, login: &Login) -> Result<(), Error> {
        match self.cells() {
            Some(Cells { directory, store, .. }) => {
                store.adopt(login).await?;
                // What has changed before the copy was there is not heard otherwise.
                if let Some(newer) = directory.find_login(&login.user.email).await? {
                    store.refresh(&newer).await?;
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Refuses to change an organization that is in another cell, or on its way there.
    pub(crate) async fn check_here(&self, organization: OrganizationId) -> Result<(), Error> {
        let Some(cells) = self.cells() else { return Ok(()) };
        let found = cells.directory.whereabouts(organization).await?;
        match found.and_then(|whereabouts| cells.answer(whereabouts)) {
            Some(elsewhere) => Err(elsewhere),
            None => Ok(()),
        }
    }

    /// Refuses a token of an organization that this cell does not serve.
    pub(crate) async fn check_served(&self, organization: OrganizationId) -> Result<(), Error> {
        match self.cells() {
            Some(cells) if !cells.store.serves(organization).await? => Err(Error::INVALID_TOKEN),
            _ => Ok(()),
        }
    }
}

impl Cells {
    /// `None` when the organization is here.
    fn answer(&self, whereabouts: Whereabouts) -> Option<Error> {
        match whereabouts {
            Whereabouts::In(cell) if cell.name == self.here.name => None,
            Whereabouts::In(cell) => Some(Error::Elsewhere { cell_url: cell.url }),
            Whereabouts::Moving { .. } => Some(MOVING),
        }
    }
}
