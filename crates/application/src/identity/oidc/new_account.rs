use plinth_domain::{Id, Invalid, Name, Slug, User, codes};
use plinth_ports::{ConfirmedIdentity, IDENTITY_TAKEN as TAKEN, Origin, SystemUnit, UserIdentity};

use super::{
    IDENTITY_TAKEN, INVITATION_OTHER_ADDRESS, OIDC_INVALID_REGISTRATION, proved_at,
    registration::confirmed,
};
use crate::{
    Application, Error, Token,
    execute::{detached, use_case_span},
    identity::{
        SignedIn,
        register::{Founding, taken},
        tokens::{Descent, Means},
    },
};

const INVALID_REGISTRATION: Error = Error::Unauthenticated {
    code: OIDC_INVALID_REGISTRATION,
    detail: "the token is too old, or is none: log in at the provider again",
};

/// Where the user of a new account is a member.
#[derive(Debug, Clone)]
pub enum NewHome {
    /// Of an organization that is founded with the account.
    Organization {
        /// Its name.
        name: Name,
        /// Its slug; `None` to derive one from its name.
        slug: Option<Slug>,
    },
    /// Of the organization that has sent this invitation.
    Invitation(String),
}

/// A new account for an identity at a provider.
#[derive(Debug, Clone)]
pub struct OidcRegistration {
    /// The token of the login.
    pub token: String,
    /// The user's name; `None` for that at the provider.
    pub name: Option<Name>,
    /// The first organization.
    pub home: NewHome,
}

impl Application {
    /// Makes an account without a password for an identity that has none, and logs in. Its address is
    /// proven by the provider.
    pub async fn register_by_oidc(
        &self,
        origin: &Origin,
        registration: OidcRegistration,
    ) -> Result<SignedIn, Error> {
        self.throttle_address(origin).await?;
        let OidcRegistration { token, name, home } = registration;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.oidc_register"), async move {
            let (key, now) = (&app.ports.security.key, app.ports.clock.now());
            let confirmed = confirmed(key, &token, now).ok_or(INVALID_REGISTRATION)?;
            let user = app.user_of(&confirmed, name)?;
            match home {
                NewHome::Organization { name, slug } => {
                    app.found_by_identity(&confirmed, user, name, slug, &origin).await
                }
                NewHome::Invitation(token) => {
                    Box::pin(app.join_by_identity(&confirmed, user, &token, &origin)).await
                }
            }
        })
        .await
    }

    fn user_of(&self, confirmed: &ConfirmedIdentity, name: Option<Name>) -> Result<User, Error> {
        let now = self.ports.clock.now();
        let known = confirmed.name.as_deref().and_then(|name| Name::parse(name).ok());
        let name = name.or(known).ok_or_else(|| {
            let missing = Invalid::new(codes::FIELD_REQUIRED, "the provider tells no name");
            Error::field("/name", missing)
        })?;
        let email =
            confirmed.email.as_deref().and_then(|text| plinth_domain::Email::parse(text).ok());
        let email = email.ok_or(INVALID_REGISTRATION)?;
        let user = User::new(Id::from_uuid(self.ports.ids.at(now)), email, name, now);
        Ok(User { email_verified_at: Some(now), ..user })
    }

    async fn found_by_identity(
        &self,
        confirmed: &ConfirmedIdentity,
        user: User,
        organization: Name,
        slug: Option<Slug>,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let founding = self.founding_of(user, organization, slug);
        let mut unit = self.found(&founding, None, origin).await?;
        let Founding { user, organization, membership } = founding;
        let identity = self.new_identity(confirmed, user.id, unit.now());
        insert(&mut *unit, &identity).await?;
        let proved_at = Some(proved_at(confirmed, unit.now()));
        let descent = Descent::Login { proved_at, by: Means::Own };
        let tokens = self.open_session(&mut *unit, &membership, descent, origin).await?;
        self.commit(unit).await?;
        Ok(SignedIn { tokens, user, organization, membership })
    }

    async fn join_by_identity(
        &self,
        confirmed: &ConfirmedIdentity,
        user: User,
        token: &str,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let key = Self::token_key(token, Token::INVITATION)?;
        let joined = async {
            let mut unit = self.ports.stores.system.begin().await?;
            let (invitation, _) = self.pending(&mut *unit, &key).await?;
            drop(unit);
            if invitation.email != user.email {
                return Err(Error::Refused {
                    code: INVITATION_OTHER_ADDRESS,
                    detail: "the invitation is for another address".into(),
                });
            }
            self.check_served(invitation.organization).await?;
            self.claim(&user, None, None).await.map_err(taken)?;
            let mut unit = self.ports.stores.system.begin().await?;
            unit.insert_user(&user, None).await.map_err(taken)?;
            let offer = self.pending(&mut *unit, &key).await?;
            let identity = self.new_identity(confirmed, user.id, unit.now());
            insert(&mut *unit, &identity).await?;
            let proved_at = proved_at(confirmed, unit.now());
            let member = self.become_member(&mut *unit, user, offer, proved_at, origin).await?;
            self.commit(unit).await?;
            Ok(member)
        };
        match Box::pin(joined).await {
            Err(error) => Err(self.misdirected(error, key.organization).await),
            joined => joined,
        }
    }
}

/// Stores a new identity; it may have got an account in the moment between.
pub(super) async fn insert(
    unit: &mut dyn SystemUnit,
    identity: &UserIdentity,
) -> Result<(), Error> {
    let detail = "the identity is linked to another account";
    let stored = unit.insert_identity(identity).await;
    stored.map_err(Error::on_conflict(TAKEN, IDENTITY_TAKEN, detail))
}
