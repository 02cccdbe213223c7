use plinth_domain::{
    Email, Id, Membership, Name, Organization, Password, Revision, Slug, User, UserStatus,
};
use plinth_ports::{
    Member, Origin, StoreError,
    records::{organizations::SLUG_TAKEN, users::EMAIL_TAKEN},
};

use super::tokens::{Descent, SignedIn};
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
            let (now, ids) = (app.ports.clock.now(), &app.ports.ids);
            let user = User {
                id: Id::from_uuid(ids.at(now)),
                email: registration.email,
                name: registration.name,
                status: UserStatus::Active,
                email_verified_at: None,
                revision: Revision::first(now),
            };
            let slug =
                registration.slug.unwrap_or_else(|| app.slug_for(&registration.organization));
            let id = Id::from_uuid(ids.at(now));
            let organization = Organization::found(id, registration.organization, slug, now);
            let membership =
                Membership::found(Id::from_uuid(ids.at(now)), organization.id, user.id, now);

            app.claim(&user, &hash, Some(&organization)).await.map_err(taken)?;
            let mut unit = app.ports.stores.system.begin().await?;
            unit.insert_user(&user, &hash).await.map_err(taken)?;
            unit.insert_organization(&organization).await.map_err(taken)?;
            unit.insert_membership(&Member::of(membership, &user)).await?;
            let tokens = app.open_session(&mut *unit, &membership, Descent::Login, &origin).await?;
            let audit = AuditRecord::created("organization.registered", &organization)?;
            app.record(&mut *unit, &membership, audit, &origin).await?;
            let home = Some(&organization);
            app.send_email_verification(&mut *unit, home, &user, &origin).await?;
            app.commit(unit).await?;
            Ok(SignedIn { tokens, user, organization, membership })
        })
        .await
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
