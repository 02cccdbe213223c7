use plinth_domain::{ApiKey, ApiKeyDraft, Grant, Invalid, Permission, Revision, codes};

use crate::{
    AuditRecord, Command, Context, Error, Recorded, Token, api_keys::API_KEY_EXCEEDS_CREATOR,
};

/// Makes an API key.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// What it is to be.
    pub draft: ApiKeyDraft,
}

/// A new API key with its secret. It is shown this once.
#[derive(Debug)]
pub struct CreatedApiKey {
    /// The key.
    pub key: ApiKey,
    /// Its secret.
    pub secret: Token,
}

impl Command for CreateApiKey {
    const NAME: &'static str = "api_key.create";
    const PERMISSION: Permission = Permission::ApiKeyCreate;
    type Output = CreatedApiKey;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CreatedApiKey>, Error> {
        let draft = self.draft;
        let above = match draft.grant {
            Grant::Role(role) => !ctx.access.acting_role().may_assign(role),
            Grant::Permissions(_) => false,
        };
        if above || !ctx.access.permissions().includes(draft.grant.permissions()) {
            return Err(Error::Refused {
                code: API_KEY_EXCEEDS_CREATOR,
                detail: "a key cannot be allowed more than its creator".into(),
            });
        }
        if draft.expires_at.is_some_and(|end| end <= ctx.now) {
            let past = Invalid::new(codes::TIME_PAST, "must be in the future");
            return Err(Error::field("/expires_at", past));
        }
        let secret = ctx.token(Token::API_KEY);
        let key = ApiKey {
            id: ctx.id(),
            organization: ctx.organization(),
            name: draft.name,
            last_four: secret.last_four().to_owned(),
            grant: draft.grant,
            created_by: ctx.person()?,
            expires_at: draft.expires_at,
            last_used_at: None,
            revoked_at: None,
            revision: Revision::first(ctx.now),
        };
        ctx.unit.api_keys().insert(&key, &secret.hash()).await?;
        let audit = AuditRecord::created("api_key.created", &key)?;
        Ok(Recorded::new(CreatedApiKey { key, secret }, audit))
    }
}
