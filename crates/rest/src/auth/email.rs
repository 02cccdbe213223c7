//! Another address for an account.

use actix_web::{HttpResponse, post};
use plinth_application::identity::{ChangeEmail, EmailChange};
use plinth_domain::{Email, Password};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    json::{Body, Faults, Form},
    middleware::{App, Authenticated, RequestOrigin},
    problem::ApiError,
    routing::Routes,
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config.service(change_email).service(confirm_email_change);
}

/// The new address of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeEmailForm {
    #[schema(max_length = 254, format = Email, example = "ada@example.org")]
    email: String,
    #[schema(max_length = 1024, format = Password)]
    current_password: String,
}

impl Form for ChangeEmailForm {
    type Value = ChangeEmail;

    fn check(self, faults: &mut Faults) -> Option<ChangeEmail> {
        let email = faults.check("/email", Email::parse(&self.email));
        let password = faults.check("/current_password", Password::attempt(self.current_password));
        Some(ChangeEmail { email: email?, password: password? })
    }
}

/// The token of a mail to one end of a change of address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailTokenForm {
    #[schema(max_length = 500, example = "plm_…")]
    token: String,
}

impl Form for EmailTokenForm {
    type Value = String;

    fn check(self, _: &mut Faults) -> Option<String> {
        Some(self.token)
    }
}

/// What a confirmation has led to: the account has the new address, or its present address was sent a
/// link, too.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EmailChangeState {
    Changed,
    AwaitsCurrentAddress,
}

/// The state of a change of address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmailChangeView {
    state: EmailChangeState,
}

impl From<EmailChange> for EmailChangeView {
    fn from(change: EmailChange) -> Self {
        let state = match change {
            EmailChange::Done => EmailChangeState::Changed,
            EmailChange::AwaitsCurrentAddress => EmailChangeState::AwaitsCurrentAddress,
        };
        Self { state }
    }
}

/// Ask for another address of the caller's account. Nothing changes until the link that is mailed to the
/// new address was used, and then that to the present address, if it is proven. The answer does not tell
/// whether the new address has an account.
#[utoipa::path(
    tag = "auth",
    operation_id = "change_email",
    request_body = ChangeEmailForm,
    responses(
        (status = 202, description = "If the address has no account, a link is sent to it"),
        (status = 401, description = "auth.invalid_credentials"),
        (status = 403, description = "auth.users_only, mail.none"),
        (status = 503, description = "auth.busy"),
    ),
    security(("bearer" = [])),
)]
#[post("/me/email")]
pub(crate) async fn change_email(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<ChangeEmailForm>,
) -> Result<HttpResponse, ApiError> {
    app.change_email(&caller, body.value).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Confirm one end of a change of address, with the token of a mail. When it has changed, every session
/// ends but those of the login by which it was asked for.
#[utoipa::path(
    tag = "auth",
    operation_id = "confirm_email_change",
    request_body = EmailTokenForm,
    responses(
        (status = 200, body = EmailChangeView),
        (status = 401, description = "auth.invalid_link"),
    ),
    security(()),
)]
#[post("/auth/email/change")]
pub(crate) async fn confirm_email_change(
    app: App,
    RequestOrigin(origin): RequestOrigin,
    body: Body<EmailTokenForm>,
) -> Result<HttpResponse, ApiError> {
    let change = app.confirm_email(&origin, &body.value).await?;
    Ok(HttpResponse::Ok().json(EmailChangeView::from(change)))
}
