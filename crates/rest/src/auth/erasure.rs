//! The removal of an organization, taken back by an owner.

use actix_web::{HttpResponse, post};
use plinth_application::identity::Credentials;
use plinth_domain::{Email, FactorProof, Password, Slug};
use serde::Deserialize;
use utoipa::ToSchema;

use super::factor;
use crate::{
    json::{Body, Faults, Form, given},
    middleware::{App, RequestOrigin},
    problem::ApiError,
};

/// The credentials of an owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErasureRevocation {
    #[schema(max_length = 254, format = Email, example = "ada@example.com")]
    email: String,
    #[schema(max_length = 1024, format = Password)]
    password: String,
    /// The slug of the organization; defaults to the one joined first.
    #[schema(min_length = 2, max_length = 100, pattern = "^[a-z0-9-]+$", example = "hochbau-nord")]
    organization: Option<String>,
    /// Six digits, for an account with a second factor.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 24, example = "123456")]
    code: Option<String>,
    /// Instead of the code.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 64)]
    recovery_code: Option<String>,
}

impl Form for ErasureRevocation {
    type Value = (Credentials, Option<FactorProof>);

    fn check(self, faults: &mut Faults) -> Option<Self::Value> {
        let email = faults.check("/email", Email::stored(&self.email));
        let password = faults.check("/password", Password::attempt(self.password));
        let organization =
            faults.check_some("/organization", self.organization, |text| Slug::parse(&text));
        let factor = factor(faults, self.code, self.recovery_code);
        let (email, password) = (email?, password?);
        Some((Credentials { email, password, organization: organization? }, factor?))
    }
}

/// Take the removal of an organization back, as one of its owners: with the credentials, because no
/// session of it is left. An account with a second factor needs its code, too.
#[utoipa::path(
    tag = "auth",
    operation_id = "revoke_organization_erasure",
    request_body = ErasureRevocation,
    responses(
        (status = 204, description = "The organization is active again"),
        (
            status = 401,
            description = "auth.invalid_credentials, auth.second_factor_needed, \
                auth.invalid_second_factor",
        ),
        (
            status = 403,
            description = "auth.no_organization, organization.suspended, sso.required",
        ),
        (status = 503, description = "auth.busy"),
    ),
    security(()),
)]
#[post("/auth/erasure/revoke")]
pub(crate) async fn revoke_organization_erasure(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<ErasureRevocation>,
) -> Result<HttpResponse, ApiError> {
    let (credentials, factor) = body.value;
    app.revoke_erasure(&origin, credentials, factor).await?;
    Ok(HttpResponse::NoContent().finish())
}
