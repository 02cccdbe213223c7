//! `/auth/sso`: logins by the connection of an organization.

use actix_web::{HttpResponse, post};
use chrono::{DateTime, Utc};
use plinth_application::identity::{BegunSso, SsoTarget};
use plinth_domain::{Email, Invalid, LocalPath, Slug, codes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{dto::OIDC_AMBIGUOUS, once};
use crate::{
    json::{Body, Faults, Form, given},
    middleware::{App, RequestOrigin},
    problem::ApiError,
};

/// How a login by the connection of an organization begins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.com", "return_to": "/projects"}))]
pub(crate) struct SsoStartForm {
    /// Either an address, whose domain says which organization it is. Whether it has an account makes no
    /// difference …
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, format = Email, min_length = 3, max_length = 254)]
    email: Option<String>,
    /// … or the slug of the organization.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, min_length = 2, max_length = 100, pattern = "^[a-z0-9-]+$")]
    organization: Option<String>,
    /// A path of the client's own origin, for after the login. It comes back in the answer.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 500)]
    return_to: Option<String>,
    /// Whether the user has to log in at the provider also where they are logged in: the login is then
    /// a fresh proof.
    #[serde(default)]
    #[schema(default = false)]
    reauthenticate: bool,
}

/// The same, checked.
pub(crate) struct SsoStart {
    target: SsoTarget,
    return_to: Option<LocalPath>,
    reauthenticates: bool,
}

impl Form for SsoStartForm {
    type Value = SsoStart;

    fn check(self, faults: &mut Faults) -> Option<SsoStart> {
        let target = match (self.email, self.organization) {
            (Some(email), None) => {
                faults.check("/email", Email::parse(&email)).map(SsoTarget::Address)
            }
            (None, Some(slug)) => {
                faults.check("/organization", Slug::parse(&slug)).map(SsoTarget::Organization)
            }
            (None, None) => {
                let either = Invalid::new(codes::FIELD_REQUIRED, "either email or organization");
                faults.check("/email", Err(either))
            }
            (Some(_), Some(_)) => {
                let both = Invalid::new(OIDC_AMBIGUOUS, "either email or organization");
                faults.check("/organization", Err(both))
            }
        };
        let return_to =
            faults.check_some("/return_to", self.return_to, |text| LocalPath::parse(&text));
        Some(SsoStart {
            target: target?,
            return_to: return_to?,
            reauthenticates: self.reauthenticate,
        })
    }
}

/// A login that goes on at the provider of an organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BegunSso)]
pub(crate) struct BegunSsoView {
    /// What stands in the path of the request that completes the login.
    #[schema(example = "sso-0198c5a4-6f3e-7cc1-9d3b-5f0a2b7c1d2e")]
    provider: String,
    /// Where the browser goes.
    #[schema(example = "https://id.example.com/authorize?…")]
    authorization_url: String,
    /// What completes the login, together with the provider's answer.
    #[schema(example = "plb_…")]
    binding: String,
    /// When it is too late to complete it.
    expires_at: DateTime<Utc>,
    /// That of the request.
    return_to: Option<String>,
}

impl BegunSsoView {
    fn new(begun: BegunSso, return_to: Option<LocalPath>) -> Self {
        let BegunSso { provider, begun } = begun;
        Self {
            provider,
            authorization_url: begun.authorization_url,
            binding: begun.binding,
            expires_at: begun.expires_at,
            return_to: return_to.map(|path| path.as_str().to_owned()),
        }
    }
}

/// Begin a login by the connection of an organization to its own provider, which is found by the domain of
/// an address or by a slug. The login is completed by `POST /auth/oidc/{provider}/complete`, as any other
/// one at a provider; who is no member of the organization becomes one.
#[utoipa::path(
    tag = "auth",
    operation_id = "begin_sso_login",
    request_body = SsoStartForm,
    responses(
        (status = 200, body = BegunSsoView),
        (status = 404, description = "not_found"),
        (status = 503, description = "oidc.unreachable"),
    ),
    security(()),
)]
#[post("/auth/sso/start")]
pub(crate) async fn begin_sso_login(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<SsoStartForm>,
) -> Result<HttpResponse, ApiError> {
    let start = body.value;
    let begun = app.begin_sso_login(&origin, start.target, start.reauthenticates).await?;
    Ok(once(HttpResponse::Ok(), BegunSsoView::new(begun, start.return_to)))
}
