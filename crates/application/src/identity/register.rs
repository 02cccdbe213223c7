use plinth_domain::{Email, Id, Membership, Name, Organization, Password, Slug, User};
use plinth_ports::{
    Member, Origin, PasswordHash, StoreError, SystemUnit,
    records::{organizations::SLUG_TAKEN, users::EMAIL_TAKEN},
};

use super::tokens::{Descent, Means, SignedIn};
use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
    identity::AUTH_EMAIL_TAKEN,
    organizations::ORGANIZATION_SLUG_TAKEN,
};

/// The registration of a new customer.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The address of the account.
    pub email: Email,
    /// The password of the account.
    pub password: Password,
    /// The user's name.
    pub name: Name,
    /// The organization's name.
    pub organization: Name,
    /// The organization's slug; `None` to derive one from its name.
    pub slug: Option<Slug>,
}

/// A new user with the organization that they own.
pub(super) struct Founding {
    pub(super) user: User,
    pub(super) organization: Organization,
    pub(super) membership: Membership,
}

impl Application {
    /// Creates a user and an organization, and logs the user in as its owner.
    pub async fn register(
        &self,
        origin: &Origin,
        registration: Registration,
    ) -> Result<SignedIn, Error> {
        self.throttle_address(origin).await?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.register"), async move {
            let hash = app.hash(registration.password.clone(), &origin).await?;
            let founding = app.founding(registration);
            let mut unit = app.found(&founding, Some(&hash), &origin).await?;
            let Founding { user, organization, membership } = founding;
            let descent = Descent::Login { proved_at: Some(unit.now()), by: Means::Own };
            let tokens = app.open_session(&mut *unit, &membership, descent, &origin).await?;
            let home = Some(&organization);
            app.send_email_verification(&mut *unit, home, &user, &origin).await?;
            app.commit(unit).await?;
            Ok(SignedIn { tokens, user, organization, membership })
        })
        .await
    }

    /// What a registration creates.
    pub(super) fn founding(&self, registration: Registration) -> Founding {
        let Registration { email, name, organization, slug, .. } = registration;
        let now = self.ports.clock.now();
        let user = User::new(Id::from_uuid(self.ports.ids.at(now)), email, name, now);
        self.founding_of(user, organization, slug)
    }

    /// An organization that a new user founds.
    pub(super) fn founding_of(
        &self,
        user: User,
        organization: Name,
        slug: Option<Slug>,
    ) -> Founding {
        let (now, ids) = (self.ports.clock.now(), &self.ports.ids);
        let slug = slug.unwrap_or_else(|| self.slug_for(&organization));
        let organization = Organization::found(Id::from_uuid(ids.at(now)), organization, slug, now);
        let membership =
            Membership::found(Id::from_uuid(ids.at(now)), organization.id, user.id, now);
        Founding { user, organization, membership }
    }

    /// Stores what a registration creates, in a unit that is not committed yet.
    pub(super) async fn found(
        &self,
        founding: &Founding,
        password: Option<&PasswordHash>,
        origin: &Origin,
    ) -> Result<Box<dyn SystemUnit>, Error> {
        let Founding { user, organization, membership } = founding;
        self.claim(user, password, Some(organization)).await.map_err(taken)?;
        let mut unit = self.ports.stores.system.begin().await?;
        unit.insert_user(user, password).await.map_err(taken)?;
        unit.insert_organization(organization).await.map_err(taken)?;
        unit.insert_membership(&Member::of(*membership, user)).await?;
        let audit = AuditRecord::created("organization.registered", organization)?;
        self.record(&mut *unit, membership, audit, origin).await?;
        Ok(unit)
    }

    fn slug_for(&self, name: &Name) -> Slug {
        let [a, b, c, d, ..] = self.ports.security.secrets.random();
        Slug::from_name(name, u32::from_be_bytes([a, b, c, d]))
    }
}

/// Translates the conflict on a taken address or slug.
pub(super) fn taken(error: StoreError) -> Error {
    let (code, detail) = if EMAIL_TAKEN.is_violated_in(&error) {
        (AUTH_EMAIL_TAKEN, "an account with this address exists")
    } else if SLUG_TAKEN.is_violated_in(&error) {
        (ORGANIZATION_SLUG_TAKEN, "another organization has this slug")
    } else {
        return error.into();
    };
    Error::Conflict { code, detail: detail.into() }
}
