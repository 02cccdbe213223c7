use plinth_domain::{
    Id, Invalid, Invitation, Membership, Name, Password, Revision, Timestamp, User, UserStatus,
    codes,
};
use plinth_ports::{
    Invalidation, Login, Match, Member, Origin, PasswordHash, SystemUnit, TokenKey,
    records::members::ALREADY_MEMBER,
};

use super::{
    account::Account,
    reclaim::Reclaim,
    register::taken,
    tokens::{Descent, SignedIn},
    verify::WRONG,
};
use crate::{
    Application, AuditRecord, Error, Token,
    execute::{detached, use_case_span},
    members::MEMBER_EXISTS,
};

/// The acceptance of an invitation.
#[derive(Debug, Clone)]
pub struct AcceptInvitation {
    /// The invitation's token.
    pub token: String,
    /// The password of the account, or of the new one.
    pub password: Password,
    /// The user's name; required for a new account.
    pub name: Option<Name>,
}

/// The account of the new member.
enum Newcomer {
    /// An account whose password was verified.
    Known(Login),
    /// An account that gets a new password.
    Reclaimed(Reclaim),
    /// An account that does not exist yet.
    New(User, PasswordHash),
}

impl Application {
    /// Accepts an invitation and creates the membership. An existing account also needs its
    /// password, unless it may be reclaimed: see [`may_reclaim`].
    pub async fn accept_invitation(
        &self,
        origin: &Origin,
        accept: AcceptInvitation,
    ) -> Result<SignedIn, Error> {
        self.throttle_address(origin).await?;
        let key = Self::token_key(&accept.token, Token::INVITATION)?;
        let (app, origin) = (self.clone(), origin.clone());
        let accepted = detached(use_case_span("invitation.accept"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let invitation = app.pending(&mut *unit, &key).await?;
            let found = unit.find_login(&invitation.email).await?;
            let reclaimable = match &found {
                Some(login) => app.may_reclaim(&mut *unit, login, &invitation).await?,
                None => false,
            };
            // Hashing is slow, so no lock or connection is held during it.
            drop(unit);
            app.check_served(invitation.organization).await?;
            let is_here = found.is_some();
            let found = match found {
                None => app.find_login_elsewhere(&invitation.email).await,
                found => found,
            };
            let newcomer = match found {
                Some(found) if reclaimable => app.claimant(found, accept, &origin).await?,
                Some(found) => app.known(found, accept, &origin).await?,
                None => app.new_account(accept, &invitation, &origin).await?,
            };
            match &newcomer {
                Newcomer::New(user, hash) => app.claim(user, hash, None).await.map_err(taken)?,
                // A user of other cells gets a copy here.
                Newcomer::Known(login) if !is_here => app.adopt(login).await?,
                Newcomer::Known(_) | Newcomer::Reclaimed(_) => {}
            }
            app.join(newcomer, &key, &origin).await
        });
        match accepted.await {
            Err(error) => Err(self.misdirected(error, key.organization).await),
            accepted => accepted,
        }
    }

    async fn pending(
        &self,
        unit: &mut dyn SystemUnit,
        key: &TokenKey,
    ) -> Result<Invitation, Error> {
        let invitation = unit.lock_invitation(key).await?.ok_or(Error::INVALID_TOKEN)?;
        // Checked here, so that the response does not reveal whether an account exists.
        let now = self.ports.clock.now();
        invitation.clone().accept(now)?;
        self.check_inviter(unit, &invitation, now).await?;
        Ok(invitation)
    }

    /// The holder of an account, who knows its password.
    async fn known(
        &self,
        found: Login,
        accept: AcceptInvitation,
        origin: &Origin,
    ) -> Result<Newcomer, Error> {
        let attempt = self.begin_attempt(origin, &found.user.email).await?;
        let verified = self.verify(Some(found), accept.password, origin, attempt).await?;
        Ok(Newcomer::Known(verified.login))
    }

    /// The holder of an account that may be reclaimed, who knows its password or sets a new one.
    async fn claimant(
        &self,
        found: Login,
        accept: AcceptInvitation,
        origin: &Origin,
    ) -> Result<Newcomer, Error> {
        let matched = self.compare(Some(&found), accept.password.clone(), origin).await?;
        if matched != Match::No {
            return Ok(Newcomer::Known(found));
        }
        let password = self.hash(new_password(&accept.password)?, origin).await?;
        Ok(Newcomer::Reclaimed(Reclaim { found, password, name: accept.name }))
    }

    async fn new_account(
        &self,
        accept: AcceptInvitation,
        invitation: &Invitation,
        origin: &Origin,
    ) -> Result<Newcomer, Error> {
        let Some(name) = accept.name else {
            let missing = Invalid::new(codes::FIELD_REQUIRED, "is needed for a new account");
            return Err(Error::field("/name", missing));
        };
        let password = new_password(&accept.password)?;
        let now = self.ports.clock.now();
        let user = User {
            id: Id::from_uuid(self.ports.ids.next()),
            email: invitation.email.clone(),
            name,
            status: UserStatus::Active,
            email_verified_at: invitation.proves_address.then_some(now),
            revision: Revision::first(now),
        };
        Ok(Newcomer::New(user, self.hash(password, origin).await?))
    }

    async fn join(
        &self,
        newcomer: Newcomer,
        key: &TokenKey,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let now = self.ports.clock.now();
        let is_reclaimed = matches!(newcomer, Newcomer::Reclaimed(_));
        let (user, before) = self.lock_newcomer(&mut *unit, newcomer, key, origin, now).await?;
        let membership = Membership {
            role: before.role,
            ..Membership::found(
                Id::from_uuid(self.ports.ids.at(unit.now())),
                before.organization,
                user.id,
                unit.now(),
            )
        };
        unit.insert_membership(&Member::of(membership, &user)).await.map_err(
            Error::on_conflict(ALREADY_MEMBER, MEMBER_EXISTS, "the account is a member already"),
        )?;
        let after = before.clone().accept(now)?;
        unit.update_invitation(&after).await?;
        let tokens = self.open_session(&mut *unit, &membership, Descent::Login, origin).await?;
        let audit = AuditRecord::changed("invitation.accepted", &before, &after)?;
        self.record(&mut *unit, &membership, audit, origin).await?;
        let places = unit.affiliations(user.id).await?;
        let here = places.into_iter().find(|place| place.organization.id == before.organization);
        let organization = here.ok_or(Error::INVALID_TOKEN)?.organization;
        let committed = self.commit(unit).await;
        if is_reclaimed {
            self.forget(Invalidation::User(user.id)).await;
        }
        committed?;
        Ok(SignedIn { tokens, user, organization, membership })
    }

    /// Locks the account, or creates it, and then the invitation: the order of locks.
    async fn lock_newcomer(
        &self,
        unit: &mut dyn SystemUnit,
        newcomer: Newcomer,
        key: &TokenKey,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<(User, Invitation), Error> {
        match newcomer {
            Newcomer::New(user, password) => {
                unit.insert_user(&user, &password).await.map_err(taken)?;
                Ok((user, self.pending(unit, key).await?))
            }
            Newcomer::Known(verified) => {
                let account = Account::lock(unit, verified.user.id).await?.ok_or(WRONG)?;
                if !account.still_has_password_of(&verified) {
                    return Err(WRONG);
                }
                let (mut login, invitation) = (account.login, self.pending(unit, key).await?);
                if invitation.proves_address && login.user.email_verified_at.is_none() {
                    login.user.email_verified_at = Some(now);
                    login.user.revision = login.user.revision.next(now);
                    unit.update_login(&login).await?;
                }
                Ok((login.user, invitation))
            }
            Newcomer::Reclaimed(reclaim) => {
                let id = reclaim.found.user.id;
                let account = Account::lock(unit, id).await?.ok_or(WRONG)?;
                let invitation = self.pending(unit, key).await?;
                let user = self.reclaim(unit, account, reclaim, &invitation, origin).await?;
                Ok((user, invitation))
            }
        }
    }
}

/// The password of an invitation as a new password, which has more rules than an attempt.
fn new_password(password: &Password) -> Result<Password, Error> {
    Password::parse(password.expose().to_owned())
        .map_err(|invalid| Error::field("/password", invalid))
}
