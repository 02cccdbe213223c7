//! The domains of mail addresses that an organization claims and proves.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_domain::{
    DomainChallenge, DomainName, OrganizationDomain, OrganizationDomainId, Permission,
};
use plinth_ports::{
    IdempotencyKey, Invalidation,
    records::sso::{DOMAIN_EXISTS as EXISTS, DOMAIN_TAKEN as TAKEN},
};

use super::{DOMAIN_EXISTS, DOMAIN_LAST, DOMAIN_TAKEN, DOMAIN_UNPROVEN, DOMAIN_UNREACHABLE};
use crate::{
    Answer, Application, AuditRecord, Caller, Command, Context, Error, Expected, Query, Reading,
    Recorded, Rendered, View, limits::LIMIT_REACHED, resource::Action,
};

const NOT_FOUND: Error = Error::NotFound("domain");

/// What a record says in front of the random bits.
const PREFIX: &str = "plinth-domain=";

/// Reads one domain.
#[derive(Debug, Clone, Copy)]
pub struct GetDomain {
    /// The domain.
    pub id: OrganizationDomainId,
}

impl Query for GetDomain {
    const NAME: &'static str = Action::<OrganizationDomain>::GET;
    const PERMISSION: Permission = Permission::SsoRead;
    type Output = OrganizationDomain;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<OrganizationDomain, Error> {
        view.unit.sso().domain(self.id).await?.ok_or(NOT_FOUND)
    }
}

/// Lists all domains, in the order of their names.
#[derive(Debug, Clone, Copy)]
pub struct ListDomains;

impl Query for ListDomains {
    const NAME: &'static str = Action::<OrganizationDomain>::LIST;
    const PERMISSION: Permission = Permission::SsoRead;
    type Output = Vec<OrganizationDomain>;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Vec<OrganizationDomain>, Error> {
        Ok(view.unit.sso().domains().await?)
    }
}

/// Claims a domain. Nothing comes of it before it is proven.
#[derive(Debug, Clone)]
pub struct ClaimDomain {
    /// The domain.
    pub domain: DomainName,
}

impl Command for ClaimDomain {
    const NAME: &'static str = Action::<OrganizationDomain>::CREATE;
    const PERMISSION: Permission = Permission::SsoUpdate;
    type Output = OrganizationDomain;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<OrganizationDomain>, Error> {
        ctx.read_rights(Self::PERMISSION).await?;
        ctx.check_fresh_proof()?;
        ctx.unit.usage().lock("organization_domains").await?;
        if ctx.unit.sso().domains().await?.len() >= OrganizationDomain::MOST {
            let most = OrganizationDomain::MOST;
            let detail = format!("the organization may have at most {most} domains");
            return Err(Error::Refused { code: LIMIT_REACHED, detail: detail.into() });
        }
        let bits = URL_SAFE_NO_PAD.encode(ctx.secrets.random());
        let challenge = DomainChallenge::parse(&format!("{PREFIX}{bits}"));
        let challenge = challenge.map_err(Error::internal)?;
        let (id, organization) = (ctx.id(), ctx.organization());
        let domain = OrganizationDomain::claim(id, organization, self.domain, challenge, ctx.now);
        let stored = ctx.unit.sso().insert_domain(&domain).await;
        let detail = "the organization has the domain already";
        stored.map_err(Error::on_conflict(EXISTS, DOMAIN_EXISTS, detail))?;
        Recorded::created(domain)
    }
}

impl Application {
    /// Proves a domain by its TXT record, once for a key. A domain that is proven stays so.
    pub async fn verify_domain(
        &self,
        caller: &Caller,
        key: Option<IdempotencyKey>,
        id: OrganizationDomainId,
        expected: Expected,
        render: impl FnOnce(&OrganizationDomain) -> Result<Rendered, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        let scope = self.admit(caller, VerifyDomain::PERMISSION, VerifyDomain::NAME)?;
        let claimed = self.query_within(scope, caller, GetDomain { id }).await?;
        if !caller.access.has_fresh_proof(self.now()) {
            return Err(Error::STEP_UP_REQUIRED);
        }
        // Nothing waits for the network inside of a transaction.
        let records = self.ports.txt.txt(&claimed.record_name()).await.map_err(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, domain = claimed.domain.as_str(), "a domain is not looked up");
            let detail = "the domain name system does not answer";
            Error::Overloaded { code: DOMAIN_UNREACHABLE, detail }
        })?;
        if !records.iter().any(|record| claimed.is_proven_by(record)) {
            let detail = "the TXT record is not there, or says something else";
            return Err(Error::conflict(DOMAIN_UNPROVEN, detail));
        }
        let command = VerifyDomain { id, expected };
        self.execute_once(caller, key, command, render).await
    }
}

/// Stores that the record of a domain was found.
#[derive(Debug, Clone)]
struct VerifyDomain {
    id: OrganizationDomainId,
    expected: Expected,
}

impl Command for VerifyDomain {
    const NAME: &'static str = "organization_domain.verify";
    const PERMISSION: Permission = Permission::SsoUpdate;
    type Output = OrganizationDomain;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<OrganizationDomain>, Error> {
        ctx.read_rights(Self::PERMISSION).await?;
        ctx.check_fresh_proof()?;
        let before = ctx.unit.sso().domain(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        if before.verified_at.is_some() {
            return Ok(Recorded::without_audit(before));
        }
        let after = before.clone().verify(ctx.now);
        let stored = ctx.unit.sso().update_domain(&after).await;
        let detail = "another organization has proven the domain";
        stored.map_err(Error::on_conflict(TAKEN, DOMAIN_TAKEN, detail))?;
        Recorded::changed("organization_domain.verified", &before, after)
    }
}

/// Removes a domain: who has an address in it logs in by the connection no more, and the sessions of the
/// connection end. Users of the other domains log in again.
#[derive(Debug, Clone)]
pub struct RemoveDomain {
    /// The domain.
    pub id: OrganizationDomainId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveDomain {
    const NAME: &'static str = Action::<OrganizationDomain>::REMOVE;
    const PERMISSION: Permission = Permission::SsoUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.read_rights(Self::PERMISSION).await?;
        ctx.check_fresh_proof()?;
        let domain = ctx.unit.sso().domain(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&domain.revision)?;
        ctx.unit.sso().remove_domain(&domain).await?;
        if domain.verified_at.is_some() {
            end_logins(ctx).await?;
        }
        let audit = AuditRecord::removed(Action::<OrganizationDomain>::REMOVED, &domain)?;
        Ok(Recorded::new((), audit))
    }
}

/// Ends the sessions by the connection, and the logins that are under way.
async fn end_logins(ctx: &mut Context<'_>) -> Result<(), Error> {
    let Some(connection) = ctx.unit.sso().connection().await? else { return Ok(()) };
    if connection.values.is_required {
        let domains = ctx.unit.sso().domains().await?;
        if !domains.iter().any(|domain| domain.verified_at.is_some()) {
            let detail = "members log in by the connection only, and it needs a proven domain";
            return Err(Error::conflict(DOMAIN_LAST, detail));
        }
    }
    let (id, organization, now) = (connection.id, connection.organization, ctx.now);
    ctx.unit.sso().update_connection(&connection.renew(now)).await?;
    ctx.unit.sso().end_sessions_by(id, now).await?;
    ctx.forget(Invalidation::Organization(organization));
    Ok(())
}
