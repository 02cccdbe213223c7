use std::borrow::Cow;

use plinth_domain::{DomainName, Email, Slug, SsoConnection, SsoConnectionId, User, UserId};
use plinth_ports::{Affiliation, ConfirmedIdentity, Invalidation, Origin, SystemUnit};

use super::{
    super::{
        INVALID_STATE, OIDC_EMAIL_UNVERIFIED,
        complete::{DISABLED, OidcLogin},
        proved_at,
        state::Purpose,
    },
    SSO_DOMAIN_OTHER,
};
use crate::{
    Application, Challenge, Error,
    identity::{
        AUTH_NO_ORGANIZATION, SignedIn,
        account::Account,
        tokens::{Entry, Means},
    },
};

/// A user whom the provider of an organization has confirmed.
pub(super) struct SsoUser {
    pub(super) connection: SsoConnection,
    pub(super) confirmed: ConfirmedIdentity,
    /// The address that the provider tells.
    pub(super) email: Email,
    /// Its domain, which the organization has to have proven.
    pub(super) domain: DomainName,
}

impl SsoUser {
    fn new(connection: SsoConnection, confirmed: ConfirmedIdentity) -> Result<Self, Error> {
        // The provider of a proven domain knows its addresses, and many say nothing of them. Only one
        // that it denies is none.
        let email = confirmed.email.as_deref().filter(|_| !confirmed.is_email_denied);
        let email = email.and_then(|email| Email::parse(email).ok());
        let email = email.ok_or_else(|| Error::Refused {
            code: OIDC_EMAIL_UNVERIFIED,
            detail: "the provider does not say that the address is yours".into(),
        })?;
        let domain = DomainName::of(&email).ok_or(OTHER_DOMAIN)?;
        Ok(Self { connection, confirmed, email, domain })
    }
}

const OTHER_DOMAIN: Error = Error::Refused {
    code: SSO_DOMAIN_OTHER,
    detail: Cow::Borrowed("the address is in no proven domain of the organization"),
};

/// The user is no active member of the organization, or it is suspended.
pub(super) const NO_PLACE: Error = Error::Refused {
    code: AUTH_NO_ORGANIZATION,
    detail: Cow::Borrowed("the account is no member of such an organization"),
};

impl Application {
    /// Completes a login by the connection of an organization. Who is no member yet becomes one.
    pub(in crate::identity::oidc) async fn enter_by_sso(
        &self,
        connection: SsoConnectionId,
        login: OidcLogin,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let OidcLogin { answer, organization } = login;
        let mut unit = self.ports.stores.system.begin().await?;
        let connection = unit.find_sso(connection).await?.ok_or(Error::NotFound("provider"))?;
        drop(unit);
        let provider = self.sso_provider(&connection).await?;
        let mapping = connection.values.mapping.as_ref();
        let claim = mapping.map(|mapping| mapping.claim().to_owned());
        let confirmed = self.confirm_identity(&provider, &answer, Purpose::Login, claim).await?;
        let user = SsoUser::new(connection, confirmed)?;
        match self.find_sso_user(&user).await? {
            Some(id) => Box::pin(self.enter_as_sso(id, &user, organization.as_ref(), origin)).await,
            None => Box::pin(self.join_new(&user, organization.as_ref(), origin)).await,
        }
    }

    /// The account of an identity, or else that of its address, which is in a proven domain. That is
    /// checked here before the directory of all cells or a copy of an account is written, and again
    /// where the login is stored.
    async fn find_sso_user(&self, user: &SsoUser) -> Result<Option<UserId>, Error> {
        let SsoUser { connection, confirmed, email, domain } = user;
        let organization = connection.organization;
        let mut unit = self.ports.stores.system.begin_for(organization).await?;
        if !unit.lock_proven_domain(organization, domain).await? {
            return Err(OTHER_DOMAIN);
        }
        if let Some(known) = unit.find_sso_identity(connection, &confirmed.subject).await? {
            return Ok(Some(known));
        }
        if let Some(login) = unit.find_login(email).await? {
            return Ok(Some(login.user.id));
        }
        drop(unit);
        let Some(login) = self.find_login_elsewhere(email).await else { return Ok(None) };
        // A user of other cells gets a copy here.
        self.adopt(&login).await?;
        Ok(Some(login.user.id))
    }

    /// Enters with an account that exists.
    async fn enter_as_sso(
        &self,
        id: UserId,
        user: &SsoUser,
        wanted: Option<&Slug>,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let organization = user.connection.organization;
        let mut unit = self.ports.stores.system.begin_for(organization).await?;
        let mut account = Account::lock(&mut *unit, id).await?.ok_or(DISABLED)?;
        let was_claimed = account.login.user.email_verified_at.is_none();
        let connection = self.hold_sso(&mut *unit, user).await?;
        match unit.find_sso_identity(&connection, &user.confirmed.subject).await? {
            Some(known) if known == id => {}
            // It was linked in the moment between.
            Some(_) => return Err(INVALID_STATE),
            None => self.link_sso(&mut *unit, &mut account, user, origin).await?,
        }
        let is_taken_back = was_claimed && account.login.user.email_verified_at.is_some();
        let place = account.place(organization).filter(|place| is_wanted(place, wanted));
        let place = place.ok_or(NO_PLACE)?;
        let entered = self.open_sso(&mut *unit, &account, &place, &connection, user, origin).await;
        if !matches!(entered, Ok(_) | Err(Error::SecondFactor { .. })) {
            return entered;
        }
        let committed = self.commit(unit).await;
        if is_taken_back {
            self.forget(Invalidation::User(id)).await;
        }
        committed?;
        entered
    }

    /// Opens the session, or asks for the second factor.
    pub(super) async fn open_sso(
        &self,
        unit: &mut dyn SystemUnit,
        account: &Account,
        place: &Affiliation,
        connection: &SsoConnection,
        user: &SsoUser,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let Affiliation { membership, organization } = place.clone();
        if account.login.needs_factor() {
            let (key, now) = (&self.ports.security.key, self.ports.clock.now());
            let login = &account.login;
            let challenge = Challenge::new(key, login, organization.id, Some(connection), now);
            return Err(Error::SecondFactor { challenge });
        }
        let by = Means::Connection(connection.id);
        let entry = Entry { proved_at: proved_at(&user.confirmed, unit.now()), by };
        let (account, home): (&User, _) = (&account.login.user, account.places.first());
        let opened = self.open_login(unit, account, home, &membership, entry, origin);
        let tokens = opened.await?;
        Ok(SignedIn { tokens, user: account.clone(), organization, membership })
    }

    /// Holds the domain and the connection until commit, as they are now: the login is one by this
    /// connection, which works.
    pub(super) async fn hold_sso(
        &self,
        unit: &mut dyn SystemUnit,
        user: &SsoUser,
    ) -> Result<SsoConnection, Error> {
        let known = &user.connection;
        if !unit.lock_proven_domain(known.organization, &user.domain).await? {
            return Err(OTHER_DOMAIN);
        }
        let at = unit.now();
        unit.prove_sso(known, at).await?;
        let held = unit.lock_sso(known.organization).await?;
        held.filter(|held| held.id == known.id).ok_or(INVALID_STATE)
    }
}

/// Whether a login asks for this organization, or for none.
pub(super) fn is_wanted(place: &Affiliation, wanted: Option<&Slug>) -> bool {
    wanted.is_none_or(|slug| place.organization.slug == *slug)
}
