//! What an account does by way of a mail: its first password, a new one, and the proof of its address.

use actix_web::{HttpResponse, post};
use plinth_domain::{Email, Password};
use serde::Deserialize;
use utoipa::ToSchema;

use super::SignedInView;
use crate::{
    json::{Body, Faults, Form},
    middleware::{App, Authenticated, RequestOrigin},
    problem::ApiError,
    routing::Routes,
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config
        .service(complete_registration)
        .service(forgot_password)
        .service(reset_password)
        .service(request_email_verification)
        .service(verify_email);
}

/// The address of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotForm {
    #[schema(max_length = 254, format = Email, example = "ada@example.com")]
    email: String,
}

impl Form for ForgotForm {
    type Value = Email;

    fn check(self, faults: &mut Faults) -> Option<Email> {
        faults.check("/email", Email::stored(&self.email))
    }
}

/// A new password, with the token of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetForm {
    #[schema(max_length = 100, example = "plm_…")]
    token: String,
    /// 12 to 1,024 bytes in UTF-8, and none of the most common passwords.
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    password: String,
}

impl Form for ResetForm {
    type Value = (String, Password);

    fn check(self, faults: &mut Faults) -> Option<(String, Password)> {
        let password = faults.check("/password", Password::parse(self.password));
        Some((self.token, password?))
    }
}

/// The token of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenForm {
    #[schema(max_length = 100, example = "plm_…")]
    token: String,
}

impl Form for TokenForm {
    type Value = String;

    fn check(self, _: &mut Faults) -> Option<String> {
        Some(self.token)
    }
}

/// Complete a registration, with the token of a mail. The address is proven then.
#[utoipa::path(
    tag = "auth",
    operation_id = "complete_registration",
    request_body = ResetForm,
    responses(
        (status = 201, body = SignedInView),
        (status = 401, description = "auth.invalid_link"),
        (status = 503, description = "auth.busy"),
    ),
    security(()),
)]
#[post("/auth/register/complete")]
pub(crate) async fn complete_registration(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<ResetForm>,
) -> Result<HttpResponse, ApiError> {
    let (token, password) = body.value;
    Ok(SignedInView::created(&app.complete_registration(&origin, &token, password).await?))
}

/// Ask for a mail by which the account of an address gets a new password. The answer does not tell
/// whether there is such an account.
#[utoipa::path(
    tag = "auth",
    operation_id = "forgot_password",
    request_body = ForgotForm,
    responses(
        (status = 202, description = "If the address has an account, a mail is sent to it"),
        (status = 403, description = "mail.none"),
    ),
    security(()),
)]
#[post("/auth/password/forgot")]
pub(crate) async fn forgot_password(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<ForgotForm>,
) -> Result<HttpResponse, ApiError> {
    app.forgot_password(&origin, body.value).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Choose a new password, with the token of a mail. Every session ends.
#[utoipa::path(
    tag = "auth",
    operation_id = "reset_password",
    request_body = ResetForm,
    responses(
        (status = 204, description = "The account has the new password"),
        (status = 401, description = "auth.invalid_link"),
        (status = 503, description = "auth.busy"),
    ),
    security(()),
)]
#[post("/auth/password/reset")]
pub(crate) async fn reset_password(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<ResetForm>,
) -> Result<HttpResponse, ApiError> {
    let (token, password) = body.value;
    app.reset_password(&origin, &token, password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for a mail by which the caller proves their address.
#[utoipa::path(
    tag = "auth",
    operation_id = "request_email_verification",
    responses(
        (status = 202, description = "A mail is sent, unless the address is proven"),
        (status = 403, description = "auth.users_only, mail.none"),
    ),
    security(("bearer" = [])),
)]
#[post("/auth/email/verification")]
pub(crate) async fn request_email_verification(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    app.request_email_verification(&caller).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Prove an address, with the token of a mail.
#[utoipa::path(
    tag = "auth",
    operation_id = "verify_email",
    request_body = TokenForm,
    responses(
        (status = 204, description = "The address is proven"),
        (status = 401, description = "auth.invalid_link"),
    ),
    security(()),
)]
#[post("/auth/email/verify")]
pub(crate) async fn verify_email(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<TokenForm>,
) -> Result<HttpResponse, ApiError> {
    app.verify_email(&origin, &body.value).await?;
    Ok(HttpResponse::NoContent().finish())
}
