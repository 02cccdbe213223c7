//! `/me/second-factor`, and where a second factor is proved.

mod dto;

use actix_web::{HttpResponse, delete, get, http::header, post};
use serde::Serialize;

use super::dto::SignedInView;
use crate::{
    json::Body,
    middleware::{App, Authenticated, RequestOrigin},
    problem::ApiError,
    routing::Routes,
};
use dto::{
    BegunFactorView, CodeForm, FactorForm, FactorView, ProofView, RecoveryCodesView,
    SecondStepForm, StepUpForm,
};

pub(crate) use dto::factor;

pub(super) fn routes(config: &mut Routes<'_>) {
    config
        .service(login_second_factor)
        .service(step_up)
        .service(get_second_factor)
        .service(begin_second_factor)
        .service(confirm_second_factor)
        .service(renew_recovery_codes)
        .service(end_second_factor);
}

/// An answer with a secret, which no cache may store.
fn once(view: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(view)
}

/// Log in to an account with a second factor: the challenge of `POST /auth/login`, and a code of
/// the device or a recovery code. Each code works once.
#[utoipa::path(
    tag = "auth",
    operation_id = "login_second_factor",
    request_body = SecondStepForm,
    responses(
        (status = 200, body = SignedInView),
        (status = 401, description = "auth.invalid_challenge, auth.invalid_second_factor"),
        (status = 403, description = "sso.required"),
    ),
    security(()),
)]
#[post("/auth/login/second-factor")]
pub(crate) async fn login_second_factor(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<SecondStepForm>,
) -> Result<HttpResponse, ApiError> {
    let (challenge, proof) = body.value;
    let signed_in = app.login_second_factor(&origin, &challenge, proof).await?;
    Ok(SignedInView::respond(&signed_in))
}

/// Prove again who you are, by the password, or by the second factor of an account that has one.
/// For ten minutes, the session may then do what needs a fresh proof. A login counts as one.
#[utoipa::path(
    tag = "auth",
    operation_id = "step_up",
    request_body = StepUpForm,
    responses(
        (status = 200, body = ProofView),
        (status = 401, description = "auth.invalid_credentials, auth.invalid_second_factor"),
        (status = 403, description = "auth.users_only"),
        (status = 503, description = "auth.busy"),
    ),
    security(("bearer" = [])),
)]
#[post("/auth/step-up")]
pub(crate) async fn step_up(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<StepUpForm>,
) -> Result<HttpResponse, ApiError> {
    let proved_at = app.step_up(&caller, body.value).await?;
    Ok(HttpResponse::Ok().json(ProofView { proved_at }))
}

/// Read whether the account has a second factor.
#[utoipa::path(
    tag = "auth",
    operation_id = "get_second_factor",
    responses(
        (status = 200, body = FactorView),
        (status = 403, description = "auth.users_only"),
    ),
    security(("bearer" = [])),
)]
#[get("/me/second-factor")]
pub(crate) async fn get_second_factor(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(FactorView::from(app.second_factor(&caller).await?)))
}

/// Begin a second factor: get a secret for a device that makes one-time codes (RFC 6238). It needs
/// a fresh proof, and does nothing until it is confirmed.
#[utoipa::path(
    tag = "auth",
    operation_id = "begin_second_factor",
    responses(
        (status = 200, body = BegunFactorView),
        (status = 403, description = "auth.step_up_required, auth.users_only, sso.session"),
        (status = 409, description = "second_factor.active, secret.no_master_key"),
    ),
    security(("bearer" = [])),
)]
#[post("/me/second-factor")]
pub(crate) async fn begin_second_factor(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    Ok(once(BegunFactorView::from(app.begin_second_factor(&caller).await?)))
}

/// Turn the second factor on, by a code of the device. The answer has the recovery codes, which are
/// shown only now.
#[utoipa::path(
    tag = "auth",
    operation_id = "confirm_second_factor",
    request_body = CodeForm,
    responses(
        (status = 200, body = RecoveryCodesView),
        (status = 401, description = "auth.invalid_second_factor"),
        (status = 403, description = "auth.users_only"),
        (status = 409, description = "second_factor.active, second_factor.not_begun"),
    ),
    security(("bearer" = [])),
)]
#[post("/me/second-factor/confirm")]
pub(crate) async fn confirm_second_factor(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<CodeForm>,
) -> Result<HttpResponse, ApiError> {
    let codes = app.confirm_second_factor(&caller, body.value).await?;
    Ok(once(RecoveryCodesView::from(codes)))
}

/// Replace the recovery codes. It needs a fresh proof. The new ones are shown only now.
#[utoipa::path(
    tag = "auth",
    operation_id = "renew_recovery_codes",
    responses(
        (status = 200, body = RecoveryCodesView),
        (status = 403, description = "auth.step_up_required, auth.users_only, sso.session"),
        (status = 409, description = "second_factor.none"),
    ),
    security(("bearer" = [])),
)]
#[post("/me/second-factor/recovery-codes")]
pub(crate) async fn renew_recovery_codes(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    Ok(once(RecoveryCodesView::from(app.renew_recovery_codes(&caller).await?)))
}

/// Turn the second factor off, by a code of the device or a recovery code.
#[utoipa::path(
    tag = "auth",
    operation_id = "end_second_factor",
    request_body = FactorForm,
    responses(
        (status = 204, description = "The account has no second factor"),
        (status = 401, description = "auth.invalid_second_factor"),
        (status = 403, description = "auth.users_only"),
        (status = 409, description = "second_factor.none, sso.last_break_glass"),
    ),
    security(("bearer" = [])),
)]
#[delete("/me/second-factor")]
pub(crate) async fn end_second_factor(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<FactorForm>,
) -> Result<HttpResponse, ApiError> {
    app.end_second_factor(&caller, body.value).await?;
    Ok(HttpResponse::NoContent().finish())
}
