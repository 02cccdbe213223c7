use plinth_domain::{
    AssignedRole, FactorProof, Id, Invalid, Invitation, Membership, Name, Password, Timestamp,
    User, codes,
};
use plinth_ports::{
    Invalidation, Login, Match, Member, Origin, PasswordHash, SystemUnit, TokenKey,
    records::members::ALREADY_MEMBER,
};

use super::{
    account::Account,
    reclaim::Reclaim,
    register::taken,
    tokens::{Descent, Means, SignedIn},
    verify::WRONG,
};
use crate::{
    AUTH_SECOND_FACTOR_NEEDED, Application, AuditRecord, Error, Token,
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
    /// The second factor of the account, if it has one.
    pub factor: Option<FactorProof>,
}

/// The account of the new member.
enum Newcomer {
    /// An account whose password was verified.
    Known(Login, Option<FactorProof>),
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
            let (invitation, _) = app.pending(&mut *unit, &key).await?;
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
                Newcomer::New(user, hash) => {
                    app.claim(user, Some(hash), None).await.map_err(taken)?;
                }
                // A user of other cells gets a copy here.
                Newcomer::Known(login, _) if !is_here => app.adopt(login).await?,
                Newcomer::Known(..) | Newcomer::Reclaimed(_) => {}
            }
            Box::pin(app.join_by_factor(newcomer, key, &origin)).await
        });
        match Box::pin(accepted).await {
            Err(error) => Err(self.misdirected(error, key.organization).await),
            accepted => accepted,
        }
    }

    pub(super) async fn pending(
        &self,
        unit: &mut dyn SystemUnit,
        key: &TokenKey,
    ) -> Result<(Invitation, AssignedRole), Error> {
        let invitation = unit.lock_invitation(key).await?.ok_or(Error::INVALID_TOKEN)?;
        // Checked here, so that the response does not reveal whether an account exists.
        let now = self.ports.clock.now();
        invitation.clone().accept(now)?;
        let role = self.check_inviter(unit, &invitation, now).await?;
        Ok((invitation, role))
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
        Ok(Newcomer::Known(verified.login, accept.factor))
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
            return Ok(Newcomer::Known(found, accept.factor));
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
        let id = Id::from_uuid(self.ports.ids.next());
        let user = User {
            email_verified_at: invitation.proves_address.then_some(now),
            ..User::new(id, invitation.email.clone(), name, now)
        };
        Ok(Newcomer::New(user, self.hash(password, origin).await?))
    }

    /// Joins, as one attempt at the second factor of an account that has one.
    async fn join_by_factor(
        &self,
        newcomer: Newcomer,
        key: TokenKey,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let owner = match &newcomer {
            Newcomer::Known(login, Some(_)) if login.needs_factor() => Some(login.user.id),
            _ => None,
        };
        let join = Box::pin(self.join(newcomer, &key, origin));
        match owner {
            Some(user) => Box::pin(self.attempt_factor(user, origin, join)).await,
            None => join.await,
        }
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
        let (user, offer) = self.lock_newcomer(&mut *unit, newcomer, key, origin, now).await?;
        let (id, at) = (user.id, unit.now());
        let member = self.become_member(&mut *unit, user, offer, at, origin).await?;
        let committed = self.commit(unit).await;
        if is_reclaimed {
            self.forget(Invalidation::User(id)).await;
        }
        committed?;
        Ok(member)
    }

    /// Makes a locked or new user a member by a locked invitation, and opens a session. `proved_at` is
    /// when the user has proved who they are.
    pub(super) async fn become_member(
        &self,
        unit: &mut dyn SystemUnit,
        user: User,
        (before, role): (Invitation, AssignedRole),
        proved_at: Timestamp,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let now = self.ports.clock.now();
        let membership = Membership {
            role,
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
        let descent = Descent::Login { proved_at: Some(proved_at), by: Means::Own };
        let tokens = self.open_session(unit, &membership, descent, origin).await?;
        let audit = AuditRecord::changed("invitation.accepted", &before, &after)?;
        self.record(unit, &membership, audit, origin).await?;
        let places = unit.affiliations(user.id).await?;
        let here = places.into_iter().find(|place| place.organization.id == before.organization);
        let organization = here.ok_or(Error::INVALID_TOKEN)?.organization;
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
    ) -> Result<(User, (Invitation, AssignedRole)), Error> {
        match newcomer {
            Newcomer::New(user, password) => {
                unit.insert_user(&user, Some(&password)).await.map_err(taken)?;
                Ok((user, self.pending(unit, key).await?))
            }
            Newcomer::Known(verified, factor) => {
                let account = Account::lock(unit, verified.user.id).await?.ok_or(WRONG)?;
                if !account.still_has_password_of(&verified) {
                    return Err(WRONG);
                }
                let (mut login, offer) = (account.login, self.pending(unit, key).await?);
                if login.needs_factor() {
                    let proof = factor.ok_or(FACTOR_NEEDED)?;
                    login = self.prove_factor(login, &proof, now)?;
                    unit.update_login(&login).await?;
                }
                if offer.0.proves_address && login.user.email_verified_at.is_none() {
                    login.user.email_verified_at = Some(now);
                    login.user.revision = login.user.revision.next(now);
                    unit.update_login(&login).await?;
                }
                Ok((login.user, offer))
            }
            Newcomer::Reclaimed(reclaim) => {
                let id = reclaim.found.user.id;
                let account = Account::lock(unit, id).await?.ok_or(WRONG)?;
                let offer = self.pending(unit, key).await?;
                let user = self.reclaim(unit, account, reclaim, &offer.0, origin).await?;
                Ok((user, offer))
            }
        }
    }
}

pub(super) const FACTOR_NEEDED: Error = Error::Unauthenticated {
    code: AUTH_SECOND_FACTOR_NEEDED,
    detail: "the account has a second factor: repeat with its code",
};

/// The password of an invitation as a new password, which has more rules than an attempt.
fn new_password(password: &Password) -> Result<Password, Error> {
    Password::parse(password.expose().to_owned())
        .map_err(|invalid| Error::field("/password", invalid))
}
