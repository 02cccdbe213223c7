use chrono::{DateTime, Utc};
use plinth_application::api_keys::{CreateApiKey, CreatedApiKey};
use plinth_domain::{ApiKey, ApiKeyDraft, Grant, Invalid, Name, Permission, PermissionSet, codes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api_keys::API_KEY_GRANT,
    json::{Faults, Form},
    values::{RoleName, moment, permission, role},
};

/// A credential for machines.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKeyView {
    id: Uuid,
    name: String,
    /// What every key begins with.
    #[schema(example = "plk_")]
    prefix: &'static str,
    /// The secret's last four characters, to tell keys apart.
    #[schema(example = "Xy3_")]
    last_four: String,
    /// The role whose rights it has; `null` for a list of its own.
    #[schema(value_type = Option<RoleName>)]
    role: Option<&'static str>,
    /// Its own list of permissions; `null` for those of a role.
    permissions: Option<Vec<&'static str>>,
    created_by: Uuid,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<&ApiKey> for ApiKeyView {
    fn from(key: &ApiKey) -> Self {
        let (role, permissions) = match key.grant {
            Grant::Role(role) => (Some(role.name()), None),
            Grant::Permissions(set) => (None, Some(set.iter().map(Permission::name).collect())),
        };
        Self {
            id: key.id.uuid(),
            name: key.name.as_str().to_owned(),
            prefix: plinth_application::Token::API_KEY,
            last_four: key.last_four.clone(),
            role,
            permissions,
            created_by: key.created_by.uuid(),
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
            version: key.revision.version.number(),
            created_at: key.revision.created_at,
            updated_at: key.revision.updated_at,
        }
    }
}

/// A new API key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewApiKeyView {
    #[serde(flatten)]
    key: ApiKeyView,
    /// The key itself. It is shown this once; in a replayed answer it is
    /// `null`.
    #[schema(example = "plk_…")]
    secret: Option<String>,
}

impl NewApiKeyView {
    pub(crate) fn of(created: &CreatedApiKey, show_secret: bool) -> Self {
        Self {
            key: ApiKeyView::from(&created.key),
            secret: show_secret.then(|| created.secret.expose().to_owned()),
        }
    }
}

/// What a new key may do: a role's rights, or a list of its own. Never more
/// than its creator may.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApiKey {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Either this …
    #[schema(value_type = Option<RoleName>)]
    role: Option<String>,
    /// … or this.
    #[schema(max_items = 64, example = json!(["project:read"]))]
    permissions: Option<Vec<String>>,
    /// When it ends; never when nothing is said.
    #[schema(max_length = 40, format = DateTime)]
    expires_at: Option<String>,
}

impl Form for NewApiKey {
    type Value = CreateApiKey;

    fn check(self, faults: &mut Faults) -> Option<CreateApiKey> {
        let name = faults.check("/name", Name::parse(&self.name));
        let grant = match (self.role, self.permissions) {
            (Some(text), None) => faults.check("/role", role(&text).map(Grant::Role)),
            (None, Some(names)) => {
                faults.check("/permissions", permissions(&names).map(Grant::Permissions))
            }
            _ => {
                let detail = "either role or permissions must be given";
                faults.check("", Err(Invalid::new(API_KEY_GRANT, detail)))
            }
        };
        let expires_at = faults.check_some("/expires_at", self.expires_at, |text| moment(&text));
        let draft = ApiKeyDraft { name: name?, grant: grant?, expires_at: expires_at? };
        Some(CreateApiKey { draft })
    }
}

fn permissions(names: &[String]) -> Result<PermissionSet, Invalid> {
    if names.is_empty() {
        return Err(Invalid::new(codes::LIST_EMPTY, "at least one permission"));
    }
    names.iter().map(|name| permission(name)).collect()
}
