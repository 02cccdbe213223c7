use plinth_domain::{FactorProof, Forbidden, OrganizationId, Slug};
use plinth_ports::{Affiliation, Invalidation, Login, Origin, SystemUnit};

use super::{
    AUTH_NO_ORGANIZATION, Credentials, accept_invitation::FACTOR_NEEDED, account::Account,
    verify::WRONG,
};
use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
};

impl Application {
    /// Takes the removal of an organization back, by the credentials of an owner, because no session of
    /// it is left. An account with a second factor proves that, too. The same attempts count as those of
    /// a login.
    pub async fn revoke_erasure(
        &self,
        origin: &Origin,
        credentials: Credentials,
        factor: Option<FactorProof>,
    ) -> Result<(), Error> {
        self.throttle_address(origin).await?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("organization.revoke_erasure"), async move {
            let Credentials { email, password, organization } = credentials;
            let attempt = app.begin_attempt(&origin, &email).await?;
            let found = match app.find_login(&email).await {
                Ok(found) => found.filter(|(_, is_here)| *is_here).map(|(login, _)| login),
                Err(error) => {
                    app.take_back(attempt).await;
                    return Err(error);
                }
            };
            let login = app.verify(found, password, &origin, attempt).await?.login;
            let wanted = (organization.as_ref(), factor.as_ref());
            Box::pin(app.reactivate_by_factor(&login, wanted, &origin)).await
        })
        .await
    }

    /// Reactivates, as one attempt at the second factor of an account that has one.
    async fn reactivate_by_factor(
        &self,
        verified: &Login,
        (wanted, factor): (Option<&Slug>, Option<&FactorProof>),
        origin: &Origin,
    ) -> Result<(), Error> {
        let reactivate = Box::pin(self.reactivate_for(verified, (wanted, factor), origin));
        if factor.is_some() && verified.needs_factor() {
            Box::pin(self.attempt_factor(verified.user.id, origin, reactivate)).await
        } else {
            reactivate.await
        }
    }

    async fn reactivate_for(
        &self,
        verified: &Login,
        (wanted, factor): (Option<&Slug>, Option<&FactorProof>),
        origin: &Origin,
    ) -> Result<(), Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let account = Account::lock(&mut *unit, verified.user.id).await?.ok_or(WRONG)?;
        if !account.still_has_password_of(verified) {
            return Err(WRONG);
        }
        let has_factor = account.login.needs_factor();
        if has_factor {
            let proof = factor.ok_or(FACTOR_NEEDED)?;
            let login = self.prove_factor(account.login, proof, unit.now())?;
            unit.update_login(&login).await?;
        }
        let place = owned(&mut *unit, verified, wanted).await?;
        let place = place.ok_or_else(|| Error::Refused {
            code: AUTH_NO_ORGANIZATION,
            detail: "the account owns no such organization that is to be removed".into(),
        })?;
        let id: OrganizationId = place.organization.id;
        Self::admit_owner(&mut *unit, id, has_factor).await?;
        let before = unit.lock_organization(id).await?.ok_or(Error::NotFound("organization"))?;
        if before.erase_at.is_none() {
            // Another owner was faster. A code is used up all the same.
            return self.commit(unit).await;
        }
        if before.suspended_by_operator_at.is_some() {
            return Err(Forbidden::Suspended.into());
        }
        let after = before.clone().reactivate(unit.now());
        unit.update_organization(&after).await?;
        let audit = AuditRecord::changed("organization.erasure_revoked", &before, &after)?;
        self.record(&mut *unit, &place.membership, audit, origin).await?;
        let committed = self.commit(unit).await;
        self.forget(Invalidation::Organization(id)).await;
        committed
    }
}

/// The organization that is to be removed and that the account owns: the one with this slug, or else that
/// of the oldest membership.
async fn owned(
    unit: &mut dyn SystemUnit,
    login: &Login,
    wanted: Option<&Slug>,
) -> Result<Option<Affiliation>, Error> {
    let places = unit.suspended_affiliations(login.user.id).await?;
    Ok(places.into_iter().find(|Affiliation { membership, organization }| {
        membership.role.is_owner()
            && organization.erase_at.is_some()
            && wanted.is_none_or(|slug| organization.slug == *slug)
    }))
}
