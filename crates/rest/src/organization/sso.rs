//! `/organization/sso`

use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use chrono::{DateTime, Utc};
use plinth_application::sso::{GetSso, NewSso, RemoveSso};
use plinth_domain::{
    Id, Role, RoleMapping, RoleRef, RoleRule, SecretText, SsoClientId, SsoConnection, SsoIssuer,
    SsoRole, SsoValues, Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag::{self, IfMatch, MaybeIfMatch},
    json::{Body, Faults, Form, Merge, given},
    members::{RoleName, chosen_role},
    middleware::{App, Authenticated},
    problem::ApiError,
};

/// A role that new members get.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SsoRule)]
pub(crate) struct RuleView {
    /// A value of the claim.
    #[schema(example = "plinth-admins")]
    value: String,
    /// `null` for a custom role.
    #[schema(value_type = Option<RoleName>, example = "admin")]
    role: Option<&'static str>,
    /// The custom role; `null` for a built-in one.
    role_id: Option<Uuid>,
}

/// What decides about the role of a new member.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SsoMapping)]
pub(crate) struct MappingView {
    /// The claim of ID tokens.
    #[schema(example = "groups")]
    claim: String,
    /// The first rule that holds decides.
    rules: Vec<RuleView>,
}

/// The connection of the organization to its provider of identities.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SsoConnection)]
pub(crate) struct SsoView {
    id: Uuid,
    #[schema(example = "https://id.example.com")]
    issuer: String,
    #[schema(example = "plinth")]
    client_id: String,
    /// Dots and the last four characters of the secret; `null` for a public client.
    #[schema(example = "…x7Qa")]
    client_secret: Option<String>,
    /// The role of new members for whom no rule holds; `null` for a custom role.
    #[schema(value_type = Option<RoleName>, example = "member")]
    role: Option<&'static str>,
    /// That role, if it is a custom one.
    role_id: Option<Uuid>,
    mapping: Option<MappingView>,
    /// Whether members log in by the connection only.
    required: bool,
    /// When a member first logged in by it; before, it cannot be required.
    proven_at: Option<DateTime<Utc>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn shown(role: SsoRole) -> (Option<&'static str>, Option<Uuid>) {
    let role = role.reference();
    (role.built_in().map(Role::name), role.custom().map(Id::uuid))
}

impl From<&RoleMapping> for MappingView {
    fn from(mapping: &RoleMapping) -> Self {
        let rule = |rule: &RoleRule| {
            let (role, role_id) = shown(rule.role);
            RuleView { value: rule.value.as_str().to_owned(), role, role_id }
        };
        Self {
            claim: mapping.claim().to_owned(),
            rules: mapping.rules().iter().map(rule).collect(),
        }
    }
}

impl From<&SsoConnection> for SsoView {
    fn from(connection: &SsoConnection) -> Self {
        let values = &connection.values;
        let (role, role_id) = shown(values.role);
        Self {
            id: connection.id.uuid(),
            issuer: values.issuer.as_str().to_owned(),
            client_id: values.client_id.as_str().to_owned(),
            client_secret: connection.secret.as_ref().map(plinth_domain::SecretRef::shown),
            role,
            role_id,
            mapping: values.mapping.as_ref().map(MappingView::from),
            required: values.is_required,
            proven_at: connection.proven_at,
            version: connection.revision.version.number(),
            created_at: connection.revision.created_at,
            updated_at: connection.revision.updated_at,
        }
    }
}

/// A value of the claim, and the role that it gives.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSsoRule, example = json!({"value": "plinth-admins", "role": "admin"}))]
pub(crate) struct RuleForm {
    #[schema(min_length = 1, max_length = 200)]
    value: String,
    /// Either a built-in role, any but `owner` …
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = RoleName)]
    role: Option<String>,
    /// … or a custom one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Uuid)]
    role_id: Option<String>,
}

/// What decides about the role of a new member: the values of one claim.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = NewSsoMapping,
    example = json!({"claim": "groups", "rules": [{"value": "plinth-admins", "role": "admin"}]}),
)]
pub(crate) struct MappingForm {
    /// The claim: a text, or a list of texts.
    #[schema(min_length = 1, max_length = 100, pattern = "^[!-~]+$")]
    claim: String,
    /// The first rule that holds decides. Each value has one.
    #[schema(min_items = 1, max_items = 50)]
    rules: Vec<RuleForm>,
}

/// All values of the connection. The secret alone stays where it is not given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = NewSsoConnection,
    example = json!({
        "issuer": "https://id.example.com", "client_id": "plinth", "client_secret": "a-secret-of-the-client",
        "role": "member",
    }),
)]
pub(crate) struct SsoForm {
    /// The issuer of the provider, exactly as its tokens have it. Its metadata are at
    /// `ISSUER/.well-known/openid-configuration`.
    #[schema(min_length = 1, max_length = 500, pattern = "^[!-~]+$")]
    issuer: String,
    /// The client that the organization has made for this installation there.
    #[schema(min_length = 1, max_length = 500)]
    client_id: String,
    /// The secret of the client, which is not shown again. Absent, it stays; `null` for a public client.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 4096, pattern = "^[!-~]+$")]
    client_secret: Merge<String>,
    /// The role of new members for whom no rule holds: either a built-in one, any but `owner` …
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = RoleName)]
    role: Option<String>,
    /// … or a custom one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Uuid)]
    role_id: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = MappingForm)]
    mapping: Option<MappingForm>,
    /// Whether members log in by the connection only. It needs one login by it before, and a second factor
    /// of the owner, who could not get in otherwise where the provider does not work.
    #[serde(default)]
    #[schema(default = false)]
    required: bool,
}

fn sso_role(faults: &mut Faults, at: &str, role: RoleRef) -> Option<SsoRole> {
    faults.check(at, SsoRole::new(role))
}

fn rule(faults: &mut Faults, form: RuleForm) -> Option<RoleRule> {
    let value = faults.check("/value", Text::parse(&form.value));
    let role = chosen_role(faults, form.role, form.role_id);
    let role = role.and_then(|role| sso_role(faults, "/role", role));
    Some(RoleRule { value: value?, role: role? })
}

impl MappingForm {
    fn check(self, faults: &mut Faults) -> Option<RoleMapping> {
        // One more than may be given is enough to refuse them.
        let rules = self.rules.into_iter().take(RoleMapping::MAX_RULES + 1).enumerate();
        let rules: Vec<_> = rules
            .map(|(place, form)| {
                faults.within(&format!("/mapping/rules/{place}"), |faults| rule(faults, form))
            })
            .collect();
        let rules = rules.into_iter().collect::<Option<Vec<_>>>()?;
        faults.check("/mapping", RoleMapping::new(&self.claim, rules))
    }
}

impl Form for SsoForm {
    type Value = NewSso;

    fn check(self, faults: &mut Faults) -> Option<NewSso> {
        let issuer = faults.check("/issuer", SsoIssuer::parse(&self.issuer));
        let client_id = faults.check("/client_id", SsoClientId::parse(&self.client_id));
        let secret = self.client_secret.optional(faults, "/client_secret", SecretText::parse);
        let role = chosen_role(faults, self.role, self.role_id);
        let role = role.and_then(|role| sso_role(faults, "/role", role));
        let mapping = match self.mapping {
            Some(mapping) => mapping.check(faults).map(Some),
            None => Some(None),
        };
        let values = SsoValues {
            issuer: issuer?,
            client_id: client_id?,
            role: role?,
            mapping: mapping?,
            is_required: self.required,
        };
        Some(NewSso { values, secret: secret? })
    }
}

/// Read the connection of the organization to its provider of identities.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_organization_sso",
    params(etag::Conditional),
    responses(
        (status = 200, body = SsoView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
        (status = 404, description = "not_found"),
    ),
    security(("bearer" = ["sso:read"])),
)]
#[get("/organization/sso")]
pub(crate) async fn get_organization_sso(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let connection = app.query(&caller, GetSso).await?;
    let version = connection.revision.version;
    etag::item(&request, &SsoView::from(&connection), version)
}

/// Connect the organization to its own provider of identities (OpenID Connect), or change the connection.
/// The provider is asked for its metadata and keys before. With another issuer or client, the sessions by
/// the one before end, and its users are found by their addresses again; with `required`, all others but the caller's do. It needs a fresh proof.
#[utoipa::path(
    tag = "organization",
    operation_id = "put_organization_sso",
    params(MaybeIfMatch),
    request_body = SsoForm,
    responses(
        (status = 200, body = SsoView, headers(("ETag"))),
        (status = 403, description = "auth.second_factor_required, auth.step_up_required"),
        (status = 409, description = "secret.no_master_key, sso.no_domain, sso.unproven"),
    ),
    security(("bearer" = ["sso:update"])),
)]
#[put("/organization/sso")]
pub(crate) async fn put_organization_sso(
    app: App,
    Authenticated(caller): Authenticated,
    expected: MaybeIfMatch,
    body: Body<SsoForm>,
) -> Result<HttpResponse, ApiError> {
    let connection = app.put_sso(&caller, expected.0, body.value).await?;
    let version = connection.revision.version;
    Ok(etag::changed(&SsoView::from(&connection), version))
}

/// Remove the connection. Its sessions end at once, and nothing logs in by it any more. It needs a fresh
/// proof.
#[utoipa::path(
    tag = "organization",
    operation_id = "delete_organization_sso",
    params(IfMatch),
    responses(
        (status = 204, description = "The connection is removed"),
        (status = 403, description = "auth.step_up_required"),
        (status = 404, description = "not_found"),
    ),
    security(("bearer" = ["sso:update"])),
)]
#[delete("/organization/sso")]
pub(crate) async fn delete_organization_sso(
    app: App,
    Authenticated(caller): Authenticated,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveSso { expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}
