//! API keys: credentials for machines.

mod bound;
mod issue;

use plinth_domain::{
    ApiKey, ApiKeyDraft, ApiKeyId, DelegationError, Grant, Id, Invalid, MemberKind, Permission,
    Role, UserId, codes,
};
use plinth_ports::{ApiKeySort, Invalidation, Page, PageRequest};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded, View,
    resource::{Found, Resource},
};

pub(crate) use bound::CODES as BOUND_CODES;
pub use issue::{CreatedApiKey, KeyBudget};

plinth_domain::codes! {
    API_KEY_EXCEEDS_CREATOR = "api_key.exceeds_creator",
        "An API key cannot be allowed more than its creator.";
    API_KEY_OUTLIVES_PARENT = "api_key.outlives_parent",
        "An API key cannot expire later than the key that creates it.";
}

impl Resource for ApiKey {
    const KIND: &'static str = "api_key";
    const TOPIC: &'static str = "api_keys";
    const READ: Permission = Permission::ApiKeyRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        let (role, permissions) = match self.grant {
            Grant::Role(role) => (Some(role.name()), None),
            Grant::Permissions(set) => {
                (None, Some(set.iter().map(plinth_domain::Permission::name).collect::<Vec<_>>()))
            }
        };
        json!({
            "name": self.name.as_str(),
            "last_four": self.last_four,
            "role": role,
            "permissions": permissions,
            "prompt_ids": self.prompts.as_ref().map(|prompts| {
                prompts.as_slice().iter().map(|prompt| prompt.uuid()).collect::<Vec<_>>()
            }),
            "parent_id": self.parent.map(Id::uuid),
            "expires_at": self.expires_at,
            "revoked_at": self.revoked_at,
            "version": self.revision.version.number(),
        })
    }
}

/// Lists the API keys.
#[derive(Debug, Clone)]
pub struct ListApiKeys {
    /// The order and the position.
    pub page: PageRequest<ApiKeySort>,
}

impl Query for ListApiKeys {
    const NAME: &'static str = "api_key.list";
    const PERMISSION: Permission = Permission::ApiKeyRead;
    type Output = Page<ApiKey>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, false)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<ApiKey>, Error> {
        Ok(view.unit.api_keys().list(&(), &self.page).await?)
    }
}

/// Creates an API key.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// Its values.
    pub draft: ApiKeyDraft,
    /// A budget for what it executes.
    pub budget: Option<KeyBudget>,
    /// The service account that it acts as; `None` for the caller.
    pub service: Option<UserId>,
}

impl Command for CreateApiKey {
    const NAME: &'static str = "api_key.create";
    const PERMISSION: Permission = Permission::ApiKeyCreate;
    type Output = CreatedApiKey;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CreatedApiKey>, Error> {
        // A revocation takes the same lock, so it ends every key that was created before it.
        ctx.lock_rights(Self::PERMISSION).await?;
        if self.budget.is_some() {
            ctx.access.require(Permission::BudgetCreate)?;
        }
        let draft = self.draft;
        let exceeds = match draft.grant {
            Grant::Role(Role::Owner) => !ctx.access.is_owner(),
            grant => !ctx.access.permissions().includes(grant.permissions()),
        };
        if exceeds {
            return Err(exceeds_creator());
        }
        ctx.check_fresh_proof()?;
        if let Some(service) = self.service {
            check_service(ctx, service, draft.grant).await?;
        }
        if draft.expires_at.is_some_and(|end| end <= ctx.now) {
            let past = Invalid::new(codes::TIME_PAST, "must be in the future");
            return Err(Error::field("/expires_at", past));
        }
        ctx.check_prompts(&draft).await?;
        let parent = ctx.own_key().await?;
        let draft = match &parent {
            Some(parent) => draft.created_by_key(parent)?,
            None => draft,
        };
        let owner = self.service.map_or_else(|| ctx.person(), Ok)?;
        ctx.issue_key(draft, owner, parent.map(|parent| parent.id), self.budget).await
    }
}

impl From<DelegationError> for Error {
    fn from(error: DelegationError) -> Self {
        match error {
            DelegationError::ExceedsParent => exceeds_creator(),
            DelegationError::OutlivesParent => {
                let invalid = Invalid::new(API_KEY_OUTLIVES_PARENT, error.to_string());
                Self::field("/expires_at", invalid)
            }
        }
    }
}

/// Refuses a key of a service account that does not exist, or is allowed less than the key, or more
/// than the caller.
async fn check_service(ctx: &mut Context<'_>, service: UserId, grant: Grant) -> Result<(), Error> {
    let found = ctx.unit.members().find(service).await?.map(|member| member.membership);
    let found = found.filter(|member| member.kind == MemberKind::Service && member.is_active());
    let Some(member) = found else {
        let detail = "there is no such service account";
        let unknown = Invalid::new(codes::REFERENCE_UNKNOWN, detail);
        return Err(Error::field("/service_account_id", unknown));
    };
    ctx.access.check_role(member.role)?;
    if member.role.permissions().includes(grant.permissions()) {
        Ok(())
    } else {
        Err(exceeds_creator())
    }
}

fn exceeds_creator() -> Error {
    Error::Refused {
        code: API_KEY_EXCEEDS_CREATOR,
        detail: "a key cannot be allowed more than its creator".into(),
    }
}

/// Revokes an API key permanently, with all keys and pending invitations that it has created.
#[derive(Debug, Clone)]
pub struct RevokeApiKey {
    /// The API key.
    pub id: ApiKeyId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RevokeApiKey {
    const NAME: &'static str = "api_key.revoke";
    const PERMISSION: Permission = Permission::ApiKeyRevoke;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let before = ctx.unit.api_keys().expect(self.id, &self.expected).await?;
        let after = before.clone().revoke(ctx.now)?;
        ctx.unit.api_keys().update(&after).await?;
        let ended = ctx.end_works_of_key(after.id).await?;
        ctx.forget(Invalidation::Member(after.organization, after.created_by));
        let audit = AuditRecord::changed("api_key.revoked", &before, &after)?;
        Ok(Recorded::new((), audit).along_with(ended))
    }
}
