use plinth_domain::{Email, Slug, Timestamp, User, UserId};
use plinth_ports::{
    Affiliation, CodeExchange, ConfirmedIdentity, Invalidation, Login, OidcProvider, Origin,
    SystemUnit, UserIdentity,
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    INVALID_STATE, OIDC_EMAIL_UNVERIFIED,
    new_account::insert,
    proved_at,
    registration::PendingIdentity,
    sso,
    state::{Purpose, State},
    told,
};
use crate::{
    Application, Challenge, Error,
    execute::{detached, use_case_span},
    identity::{
        AUTH_INVALID_CREDENTIALS, SignedIn,
        account::Account,
        tokens::{Entry, Means},
    },
};

pub(super) const DISABLED: Error =
    Error::Unauthenticated { code: AUTH_INVALID_CREDENTIALS, detail: "the account is disabled" };

/// The answer that a provider gave to a browser, with what its client kept of the beginning.
#[derive(Debug, Clone)]
pub struct OidcAnswer {
    /// The provider.
    pub provider: String,
    /// The code.
    pub code: SecretString,
    /// The state.
    pub state: String,
    /// The `iss` (RFC 9207).
    pub issuer: Option<String>,
    /// What the client got at the beginning.
    pub binding: SecretString,
}

/// The end of a login at a provider.
#[derive(Debug, Clone)]
pub struct OidcLogin {
    /// What the provider answered.
    pub answer: OidcAnswer,
    /// The organization to log in to; `None` for the one joined first, of those that admit the login.
    pub organization: Option<Slug>,
}

/// What a login at a provider has led to.
pub enum OidcLoginEnd {
    /// The user is logged in.
    SignedIn(Box<SignedIn>),
    /// The user is known to the provider, and has no account yet.
    Unknown(PendingIdentity),
}

impl Application {
    /// Completes a login at a provider. An account with a second factor gets a challenge instead
    /// ([`Error::SecondFactor`]).
    ///
    /// The first login by an identity links it to the account of its address, which the provider has
    /// to call verified. An account whose address was only claimed until then is taken back: what its
    /// holder of before has set up ends.
    pub async fn complete_oidc_login(
        &self,
        origin: &Origin,
        login: OidcLogin,
    ) -> Result<OidcLoginEnd, Error> {
        self.throttle_address(origin).await?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.oidc_login"), async move {
            if let Some(connection) = sso::connection_of(&login.answer.provider) {
                let signed_in = Box::pin(app.enter_by_sso(connection, login, &origin)).await?;
                return Ok(OidcLoginEnd::SignedIn(Box::new(signed_in)));
            }
            let provider = app.oidc_provider(&login.answer.provider)?;
            let answer = &login.answer;
            let confirmed = app.confirm_identity(provider, answer, Purpose::Login, None).await?;
            Box::pin(app.enter_by_identity(confirmed, login.organization, &origin)).await
        })
        .await
    }

    /// Asks the provider who the user is, by its answer. The state is used up by it, also when the
    /// provider refuses.
    pub(super) async fn confirm_identity(
        &self,
        provider: &OidcProvider,
        answer: &OidcAnswer,
        purpose: Purpose,
        claim: Option<String>,
    ) -> Result<ConfirmedIdentity, Error> {
        let (key, now) = (&self.ports.security.key, self.ports.clock.now());
        let binding = answer.binding.expose_secret();
        let state = State::verified(key, &answer.state, &provider.id, binding, now);
        let state = state.filter(|state| state.purpose() == purpose).ok_or(INVALID_STATE)?;
        let mut unit = self.ports.stores.system.begin().await?;
        let is_first = unit.use_oidc_state(&state.hash(), state.expires_at()).await?;
        unit.commit().await?;
        if !is_first {
            return Err(INVALID_STATE);
        }
        let exchange = CodeExchange {
            code: answer.code.clone(),
            issuer: answer.issuer.clone(),
            redirect_uri: self.ports.oidc.redirect_uri(provider),
            nonce: state.nonce(key),
            verifier: state.verifier(key),
            authenticated_since: state.reauthenticates().then(|| state.began_at()),
            claim,
        };
        let confirmed = self.ports.oidc.client.redeem(provider, exchange).await;
        confirmed.map_err(|error| told(&provider.id, &error))
    }

    async fn enter_by_identity(
        &self,
        confirmed: ConfirmedIdentity,
        wanted: Option<Slug>,
        origin: &Origin,
    ) -> Result<OidcLoginEnd, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let known = unit.find_identity(&confirmed.issuer, &confirmed.subject).await?;
        let user = if let Some(known) = known {
            known.user
        } else {
            let email = verified_email(&confirmed)?;
            let found = unit.find_login(&email).await?;
            drop(unit);
            match found {
                Some(login) => login.user.id,
                None => return self.without_account(confirmed, email, wanted.as_ref()).await,
            }
        };
        let signed_in = self.enter_as(user, &confirmed, wanted, origin).await?;
        Ok(OidcLoginEnd::SignedIn(Box::new(signed_in)))
    }

    /// The end of a login without an account in this cell.
    async fn without_account(
        &self,
        confirmed: ConfirmedIdentity,
        email: Email,
        wanted: Option<&Slug>,
    ) -> Result<OidcLoginEnd, Error> {
        if let Some(elsewhere) = self.find_login_elsewhere(&email).await {
            return Err(self.not_here(elsewhere.user.id, wanted).await);
        }
        let (key, now) = (&self.ports.security.key, self.ports.clock.now());
        Ok(OidcLoginEnd::Unknown(PendingIdentity::new(key, &confirmed, email, now)?))
    }

    async fn enter_as(
        &self,
        user: UserId,
        confirmed: &ConfirmedIdentity,
        wanted: Option<Slug>,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let mut account = Account::lock(&mut *unit, user).await?.ok_or(DISABLED)?;
        let now = unit.now();
        let was_claimed = account.login.user.email_verified_at.is_none();
        match unit.find_identity(&confirmed.issuer, &confirmed.subject).await? {
            Some(known) if known.user == user => unit.touch_identity(known.id, now).await?,
            // It was linked in the moment between.
            Some(_) => return Err(INVALID_STATE),
            None => self.link_by_address(&mut *unit, &mut account, confirmed, origin).await?,
        }
        let is_taken_back = was_claimed && account.login.user.email_verified_at.is_some();
        let Some(place) = account.place_for(&mut *unit, wanted.as_ref()).await? else {
            drop(unit);
            return Err(self.not_here(user, wanted.as_ref()).await);
        };
        let Affiliation { membership, organization } = place;
        let entered = if account.login.needs_factor() {
            let (key, now) = (&self.ports.security.key, self.ports.clock.now());
            let challenge = Challenge::new(key, &account.login, organization.id, None, now);
            Err(Error::SecondFactor { challenge })
        } else {
            let home = account.places.first();
            let user = &account.login.user;
            let entry = Entry { proved_at: proved_at(confirmed, now), by: Means::Own };
            let opened = self.open_login(&mut *unit, user, home, &membership, entry, origin);
            Ok(opened.await?)
        };
        let committed = self.commit(unit).await;
        if is_taken_back {
            self.forget(Invalidation::User(user)).await;
        }
        committed?;
        let tokens = entered?;
        Ok(SignedIn { tokens, user: account.login.user, organization, membership })
    }

    /// Links an identity to the locked account of its address.
    async fn link_by_address(
        &self,
        unit: &mut dyn SystemUnit,
        account: &mut Account,
        confirmed: &ConfirmedIdentity,
        origin: &Origin,
    ) -> Result<(), Error> {
        let user = &account.login.user;
        if verified_email(confirmed)? != user.email {
            // The account got another address in the moment between.
            return Err(INVALID_STATE);
        }
        if user.email_verified_at.is_none() {
            self.take_back_account(unit, account, origin).await?;
        }
        let identity = self.new_identity(confirmed, account.login.user.id, unit.now());
        self.link(unit, account, &identity, origin).await
    }

    /// Stores a new identity of a locked account, and tells of it.
    pub(super) async fn link(
        &self,
        unit: &mut dyn SystemUnit,
        account: &Account,
        identity: &UserIdentity,
        origin: &Origin,
    ) -> Result<(), Error> {
        insert(unit, identity).await?;
        let (user, places) = (&account.login.user, &account.places);
        let home = places.first().map(|place| &place.organization);
        self.tell_identity_linked(unit, home, user, &identity.issuer, origin).await?;
        self.record_everywhere(unit, places, "user.identity_linked", origin).await
    }

    /// Gives a locked account, whose address was only claimed, to who has proven the address: nothing
    /// of the holder of before opens it any more.
    pub(super) async fn take_back_account(
        &self,
        unit: &mut dyn SystemUnit,
        account: &mut Account,
        origin: &Origin,
    ) -> Result<(), Error> {
        let now = unit.now();
        let Login { user, password_version, .. } = account.login.clone();
        let user = User { email_verified_at: Some(now), revision: user.revision.next(now), ..user };
        let password_version = password_version + 1;
        account.login = Login { user, password: None, password_version, factor: None };
        self.end_claim(unit, &account.login, &account.places, (origin, now)).await
    }

    /// A confirmed identity as one of a user.
    pub(super) fn new_identity(
        &self,
        confirmed: &ConfirmedIdentity,
        user: UserId,
        now: Timestamp,
    ) -> UserIdentity {
        UserIdentity {
            id: plinth_domain::Id::from_uuid(self.ports.ids.at(now)),
            user,
            issuer: confirmed.issuer.clone(),
            subject: confirmed.subject.clone(),
            email: confirmed.email.as_deref().and_then(|email| Email::parse(email).ok()),
            created_at: now,
            last_used_at: now,
        }
    }
}

/// The address of an identity, if the provider calls it verified. One of `.invalid` (RFC 2606) is that
/// of a service account, and no one's.
fn verified_email(confirmed: &ConfirmedIdentity) -> Result<Email, Error> {
    let email = confirmed.email.as_deref().filter(|_| confirmed.is_email_verified);
    let email = email.and_then(|email| Email::parse(email).ok());
    let email = email.filter(|email| !email.as_str().ends_with(".invalid"));
    email.ok_or_else(|| Error::Refused {
        code: OIDC_EMAIL_UNVERIFIED,
        detail: "the provider does not say that the address is yours".into(),
    })
}
