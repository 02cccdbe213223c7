//! `/api-keys`

use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use plinth_application::api_keys::{
    CreateApiKey, CreatedApiKey, KeyBudget, ListApiKeys, RevokeApiKey,
};
use plinth_domain::{
    ApiKey, ApiKeyDraft, BoundPrompts, Budget, BudgetPeriod, Grant, Id, Invalid, Name, Permission,
    codes,
};
use plinth_ports::ApiKeySort;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag::IfMatch,
    idempotency,
    json::{Body, Faults, Form, given},
    list::{ListQuery, ListView, Paging},
    members::{RoleName, role},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    routing::Routes,
    values::{BudgetPeriodName, PermissionName, identity, known, moment, permissions},
};

plinth_domain::codes! {
    API_KEY_GRANT = "api_key.grant", "An API key has either a role or permissions.";
}

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(list_api_keys).service(create_api_key).service(revoke_api_key);
}

/// A credential for machines.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKeyView {
    id: Uuid,
    name: String,
    /// The prefix of every key.
    #[schema(example = "plk_")]
    prefix: &'static str,
    /// The secret's last four characters, to tell keys apart.
    #[schema(example = "Xy3_")]
    last_four: String,
    /// The role whose permissions the key has; `null` if it has its own list.
    #[schema(value_type = Option<RoleName>)]
    role: Option<&'static str>,
    /// The key's own list of permissions; `null` if it has a role.
    #[schema(value_type = Option<Vec<PermissionName>>)]
    permissions: Option<Vec<&'static str>>,
    /// The prompts that the key executes, and nothing else; `null` for all, and messages.
    #[schema(max_items = 20)]
    prompt_ids: Option<Vec<Uuid>>,
    created_by: Uuid,
    /// The key that created it, and that it is revoked with; `null` if a person did.
    parent_id: Option<Uuid>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    #[schema(minimum = 1)]
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
            prompt_ids: key
                .prompts
                .as_ref()
                .map(|prompts| prompts.as_slice().iter().map(|prompt| prompt.uuid()).collect()),
            created_by: key.created_by.uuid(),
            parent_id: key.parent.map(Id::uuid),
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
    /// The key itself. It is shown only once; in a replayed response it is
    /// `null`.
    #[schema(example = "plk_…")]
    secret: Option<String>,
    /// The budget that was created with it.
    budget_id: Option<Uuid>,
}

impl NewApiKeyView {
    fn of(created: &CreatedApiKey, show_secret: bool) -> Self {
        Self {
            key: ApiKeyView::from(&created.key),
            secret: show_secret.then(|| created.secret.expose().to_owned()),
            budget_id: created.budget.map(Id::uuid),
        }
    }
}

/// A limit of what the executions of a key cost, together with those of the keys that it creates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKeyBudget {
    #[schema(value_type = BudgetPeriodName)]
    period: String,
    /// The most that a period may cost, in nano-USD (a billionth of a US dollar).
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_000_i64, example = 5_000_000_000_i64)]
    hard_limit_nano_usd: i64,
    /// The part of the limit from which on is warned. Defaults to 80.
    #[schema(minimum = 1, maximum = 100)]
    soft_percent: Option<u8>,
}

impl NewKeyBudget {
    fn check(self, f: &mut Faults) -> Option<KeyBudget> {
        let period = known(&self.period, BudgetPeriod::from_name, BudgetPeriod::NAMES);
        let period = f.check("/budget/period", period);
        let limit = Budget::check_limit(self.hard_limit_nano_usd);
        let limit = f.check("/budget/hard_limit_nano_usd", limit);
        let percent =
            f.check_some("/budget/soft_percent", self.soft_percent, Budget::check_percent);
        Some(KeyBudget {
            period: period?,
            hard_limit: limit?,
            soft_percent: percent?.unwrap_or(Budget::SOFT_PERCENT),
        })
    }
}

/// A new key. It has either a role or a list of permissions, never more than
/// its creator has.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Accounting export", "permissions": ["project:read"]}))]
pub(crate) struct NewApiKey {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Either a role …
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = RoleName)]
    role: Option<String>,
    /// … or a list of permissions.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<PermissionName>, min_items = 1, max_items = 64, example = json!(["project:read"]))]
    permissions: Option<Vec<String>>,
    /// The prompts that the key executes, and nothing else. By default it executes all, and messages,
    /// or what the key that creates it executes.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Uuid>>, min_items = 1, max_items = 20)]
    prompt_ids: Option<Vec<String>>,
    /// The service account that the key acts as; by default the caller.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Uuid)]
    service_account_id: Option<String>,
    /// A budget that is created with the key; it needs `budget:create`.
    #[serde(default)]
    budget: Option<NewKeyBudget>,
    /// When the key expires; by default never, or with the key that creates it.
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
        let prompts = match self.prompt_ids {
            None => Some(None),
            Some(ids) => prompts(&ids, faults).map(Some),
        };
        let budget = match self.budget {
            None => Some(None),
            Some(budget) => budget.check(faults).map(Some),
        };
        let service = self.service_account_id;
        let service = faults.check_some("/service_account_id", service, |id| identity(&id));
        let draft =
            ApiKeyDraft { name: name?, grant: grant?, prompts: prompts?, expires_at: expires_at? };
        Some(CreateApiKey { draft, budget: budget?, service: service? })
    }
}

fn prompts(ids: &[String], faults: &mut Faults) -> Option<BoundPrompts> {
    if ids.len() > BoundPrompts::MAX {
        let detail = format!("at most {} prompts", BoundPrompts::MAX);
        return faults.check("/prompt_ids", Err(Invalid::new(codes::LIST_TOO_LONG, detail)));
    }
    let ids = ids.iter().enumerate();
    let ids = ids.map(|(n, id)| faults.check(&format!("/prompt_ids/{n}"), identity(id)));
    let ids = ids.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()?;
    faults.check("/prompt_ids", BoundPrompts::new(ids))
}

/// List API keys, including revoked ones.
#[utoipa::path(
    tag = "api-keys",
    operation_id = "list_api_keys",
    params(
        Paging<ApiKeySort>,
    ),
    responses((status = 200, body = ListView<ApiKeyView>, headers(("Link")))),
    security(("bearer" = ["api_key:read"])),
)]
#[get("/api-keys")]
pub(crate) async fn list_api_keys(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let page = query.page(&caller)?;
    let ask = move |page| ListApiKeys { page };
    query.answer(app, caller, page, ask, |key| ApiKeyView::from(&key)).await
}

/// Create an API key.
#[utoipa::path(
    tag = "api-keys",
    operation_id = "create_api_key",
    params(idempotency::Key),
    request_body = NewApiKey,
    responses(
        (status = 201, body = NewApiKeyView, headers(("ETag"), ("Idempotent-Replayed"))),
        (
            status = 403,
            description = "api_key.exceeds_creator, auth.step_up_required, member.owners_only, \
                role.exceeds_caller",
        ),
    ),
    security(("bearer" = ["api_key:create"])),
)]
#[post("/api-keys")]
pub(crate) async fn create_api_key(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewApiKey>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |created| {
        let version = created.key.revision.version;
        idempotency::shown_once(version, |secret| NewApiKeyView::of(created, secret))
    });
    idempotency::respond(answer.await?)
}

/// Revoke an API key, with all keys and pending invitations that it has created.
#[utoipa::path(
    tag = "api-keys",
    operation_id = "revoke_api_key",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The key is revoked"),
        (status = 409, description = "state.transition"),
    ),
    security(("bearer" = ["api_key:revoke"])),
)]
#[delete("/api-keys/{id}")]
pub(crate) async fn revoke_api_key(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<ApiKey>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RevokeApiKey { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}
