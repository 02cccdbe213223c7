use plinth_domain::{
    Forbidden, Invalid, Patch, Permission, SecretRef, SecretText, SsoConnection, SsoIssuer,
    SsoValues,
};
use plinth_ports::{Invalidation, StoreError, TokenHash, records::sso::CONNECTION_EXISTS};

use super::{
    NO_CONNECTION, SSO_ISSUER_FORBIDDEN, SSO_ISSUER_UNUSABLE, SSO_NO_DOMAIN, SSO_SECRET_BOUND,
    SSO_UNPROVEN,
};
use crate::{
    Application, AuditRecord, Caller, Command, Context, Error, Expected, Recorded, resource::Action,
};

/// What an organization says about its connection.
#[derive(Debug, Clone)]
pub struct NewSso {
    /// Its values.
    pub values: SsoValues,
    /// The secret of the client.
    pub secret: Patch<SecretText>,
}

impl Application {
    /// Connects the organization to a provider of identities, or changes its connection. The provider is
    /// asked for its metadata and keys before.
    pub async fn put_sso(
        &self,
        caller: &Caller,
        expected: Expected,
        new: NewSso,
    ) -> Result<SsoConnection, Error> {
        // Before the provider is asked, which costs time.
        self.admit(caller, PutSso::PERMISSION, PutSso::NAME)?;
        if !caller.access.has_fresh_proof(self.now()) {
            return Err(Error::STEP_UP_REQUIRED);
        }
        self.check_issuer(&new.values.issuer).await?;
        let command = PutSso { expected, new, kept: caller.credential };
        self.execute(caller, command).await
    }

    async fn check_issuer(&self, issuer: &SsoIssuer) -> Result<(), Error> {
        let fault = |code, detail| Error::field("/issuer", Invalid::new(code, detail));
        let refused = |why: String| fault(SSO_ISSUER_FORBIDDEN, format!("the issuer {why}"));
        self.ports.addresses.check(issuer.as_str()).map_err(refused)?;
        self.ports.oidc.client.check(issuer.as_str()).await.map_err(|error| {
            tracing::info!(
                issuer = issuer.as_str(),
                error = &error as &dyn std::error::Error,
                "an issuer is no provider of identities"
            );
            let detail = "there are no metadata and keys of a provider of OpenID Connect";
            fault(SSO_ISSUER_UNUSABLE, detail.to_owned())
        })
    }
}

/// Connects the organization to a provider of identities, or changes its connection.
#[derive(Debug, Clone)]
pub struct PutSso {
    /// The version that the caller saw.
    pub expected: Expected,
    /// What is said about it.
    pub new: NewSso,
    /// The credential of the caller, whose session goes on.
    pub kept: TokenHash,
}

impl Command for PutSso {
    const NAME: &'static str = "sso_connection.put";
    const PERMISSION: Permission = Permission::SsoUpdate;
    type Output = SsoConnection;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<SsoConnection>, Error> {
        // A role that is being removed is given no more.
        ctx.lock_rights(Self::PERMISSION).await?;
        ctx.check_fresh_proof()?;
        let Self { expected, new: NewSso { values, secret }, kept } = self;
        check_roles(ctx, &values).await?;
        let Some(before) = ctx.unit.sso().connection().await? else {
            expected.check_absent()?;
            return create(ctx, values, secret).await;
        };
        expected.check(&before.revision)?;
        let is_kept = matches!(secret, Patch::Keep) && before.secret.is_some();
        if is_kept && !before.has_client_of(&values) {
            let detail = "give the secret of the other client, or null";
            return Err(Error::field("/client_secret", Invalid::new(SSO_SECRET_BOUND, detail)));
        }
        let after_secret = entrusted(ctx, secret, before.secret.clone()).await?;
        let after = before.clone().replace(ctx.id(), values, after_secret, ctx.now);
        check_required(ctx, &before, &after).await?;
        if after.id == before.id {
            ctx.unit.sso().update_connection(&after).await?;
        } else {
            ctx.unit.sso().remove_connection(&before).await?;
            ctx.unit.sso().insert_connection(&after).await?;
        }
        if before.secret != after.secret {
            forget(ctx, before.secret.as_ref()).await?;
        }
        let (organization, now) = (ctx.organization(), ctx.now);
        if after.id != before.id {
            ctx.unit.sso().end_sessions_by(before.id, now).await?;
            ctx.forget(Invalidation::Organization(organization));
        }
        if after.values.is_required && !before.values.is_required {
            ctx.unit.sso().end_sessions_by_none(&kept, now).await?;
            ctx.forget(Invalidation::Organization(organization));
        }
        Recorded::changed(Action::<SsoConnection>::UPDATED, &before, after)
    }
}

async fn create(
    ctx: &mut Context<'_>,
    values: SsoValues,
    secret: Patch<SecretText>,
) -> Result<Recorded<SsoConnection>, Error> {
    if values.is_required {
        return Err(UNPROVEN);
    }
    let secret = entrusted(ctx, secret, None).await?;
    let connection = SsoConnection::create(ctx.id(), ctx.organization(), values, secret, ctx.now);
    let stored = ctx.unit.sso().insert_connection(&connection).await;
    // A concurrent request was faster.
    stored.map_err(|error| {
        if CONNECTION_EXISTS.is_violated_in(&error) { Error::Stale } else { error.into() }
    })?;
    Recorded::created(connection)
}

const NO_DOMAIN: Error = Error::Conflict {
    code: SSO_NO_DOMAIN,
    detail: std::borrow::Cow::Borrowed("prove a domain, before the connection is required"),
};

const UNPROVEN: Error = Error::Conflict {
    code: SSO_UNPROVEN,
    detail: std::borrow::Cow::Borrowed("log in by the connection once, before it is required"),
};

/// Refuses to require a connection that no member has logged in by or could log in by, and to an owner
/// who could not log in without it.
async fn check_required(
    ctx: &mut Context<'_>,
    before: &SsoConnection,
    after: &SsoConnection,
) -> Result<(), Error> {
    if !after.values.is_required {
        return Ok(());
    }
    if after.proven_at.is_none() {
        return Err(UNPROVEN);
    }
    if before.values.is_required {
        return Ok(());
    }
    let domains = ctx.unit.sso().domains().await?;
    if !domains.iter().any(|domain| domain.verified_at.is_some()) {
        return Err(NO_DOMAIN);
    }
    if !ctx.access.assurance().has_factor {
        return Err(Forbidden::SecondFactor.into());
    }
    Ok(())
}

/// Refuses custom roles that do not exist.
async fn check_roles(ctx: &mut Context<'_>, values: &SsoValues) -> Result<(), Error> {
    ctx.named_role(values.role.reference()).await?;
    let rules = values.mapping.as_ref().map(plinth_domain::RoleMapping::rules);
    for (place, rule) in rules.unwrap_or_default().iter().enumerate() {
        let role = ctx.named_role(rule.role.reference()).await;
        role.map_err(|error| error.within(&format!("/mapping/rules/{place}")))?;
    }
    Ok(())
}

/// The secret after a change.
async fn entrusted(
    ctx: &mut Context<'_>,
    secret: Patch<SecretText>,
    known: Option<SecretRef>,
) -> Result<Option<SecretRef>, Error> {
    match secret {
        Patch::Keep => Ok(known),
        Patch::Clear => Ok(None),
        Patch::Set(text) => ctx.entrust(&text).await.map(Some),
    }
}

/// Removes a secret to which the connection refers no more.
async fn forget(ctx: &mut Context<'_>, secret: Option<&SecretRef>) -> Result<(), StoreError> {
    match secret {
        Some(secret) => ctx.unit.secrets().remove(secret.id).await,
        None => Ok(()),
    }
}

/// Removes the connection: its sessions end, and nothing logs in by it any more.
#[derive(Debug, Clone)]
pub struct RemoveSso {
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveSso {
    const NAME: &'static str = Action::<SsoConnection>::REMOVE;
    const PERMISSION: Permission = Permission::SsoUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.read_rights(Self::PERMISSION).await?;
        ctx.check_fresh_proof()?;
        let connection = ctx.unit.sso().connection().await?.ok_or(NO_CONNECTION)?;
        self.expected.check(&connection.revision)?;
        ctx.unit.sso().remove_connection(&connection).await?;
        let now = ctx.now;
        ctx.unit.sso().end_sessions_by(connection.id, now).await?;
        forget(ctx, connection.secret.as_ref()).await?;
        ctx.forget(Invalidation::Organization(connection.organization));
        let audit = AuditRecord::removed(Action::<SsoConnection>::REMOVED, &connection)?;
        Ok(Recorded::new((), audit))
    }
}
