//! `PATCH /me` and `DELETE /me`

use actix_web::{HttpResponse, delete, patch};
use plinth_application::identity::ProfileChanges;
use plinth_domain::{Locale, Name, Password, Timezone, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Body, Faults, Form, Merge, given},
    middleware::{App, Authenticated},
    problem::ApiError,
    routing::Routes,
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config.service(update_me).service(delete_me);
}

/// The user of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileView {
    id: Uuid,
    #[schema(format = Email, example = "ada@example.com")]
    email: String,
    /// Whether the user has proven that the address is theirs.
    email_verified: bool,
    #[schema(example = "Ada Lovelace")]
    name: String,
    /// The language of mails to the user; `null` for that of the organization.
    #[schema(example = "de-CH")]
    locale: Option<String>,
    /// The time zone of times in mails to the user; `null` for UTC.
    #[schema(example = "Europe/Zurich")]
    time_zone: Option<&'static str>,
}

impl From<&User> for ProfileView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.uuid(),
            email: user.email.as_str().to_owned(),
            email_verified: user.email_verified_at.is_some(),
            name: user.name.as_str().to_owned(),
            locale: user.locale.as_ref().map(|locale| locale.as_str().to_owned()),
            time_zone: user.time_zone.map(|zone| zone.as_str()),
        }
    }
}

/// A change to the user: a merge patch (RFC 7396). `null` clears a field.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfilePatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 7, pattern = "^[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?$", example = "de-CH")]
    locale: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 64, example = "Europe/Zurich")]
    time_zone: Merge<String>,
}

impl Form for ProfilePatch {
    type Value = ProfileChanges;

    fn check(self, f: &mut Faults) -> Option<ProfileChanges> {
        let name = self.name.required(f, "/name", |text| Name::parse(&text));
        let locale = self.locale.optional(f, "/locale", |text| Locale::parse(&text));
        let time_zone = self.time_zone.optional(f, "/time_zone", |text| Timezone::parse(&text));
        Some(ProfileChanges { name: name?, locale: locale?, time_zone: time_zone? })
    }
}

/// The password of the account that is deleted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeletionForm {
    /// Needed unless the account has none: then the session needs a fresh proof.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 1024, format = Password)]
    password: Option<String>,
}

impl Form for DeletionForm {
    type Value = Option<Password>;

    fn check(self, faults: &mut Faults) -> Option<Self::Value> {
        faults.check_some("/password", self.password, Password::attempt)
    }
}

/// Change the caller's name, language and time zone.
#[utoipa::path(
    tag = "auth",
    operation_id = "update_me",
    request_body(content = ProfilePatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = ProfileView),
        (status = 403, description = "auth.users_only"),
    ),
    security(("bearer" = [])),
)]
#[patch("/me")]
pub(crate) async fn update_me(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<ProfilePatch>,
) -> Result<HttpResponse, ApiError> {
    let user = app.change_profile(&caller, body.value).await?;
    Ok(HttpResponse::Ok().json(ProfileView::from(&user)))
}

/// Delete the caller's account: memberships, sessions and API keys end, and name and address are gone.
#[utoipa::path(
    tag = "auth",
    operation_id = "delete_me",
    request_body = DeletionForm,
    responses(
        (status = 204, description = "The account is deleted"),
        (status = 401, description = "auth.invalid_credentials"),
        (status = 403, description = "auth.step_up_required, auth.users_only, sso.session"),
        (status = 409, description = "account.sole_owner, account.in_other_cell, sso.last_break_glass"),
        (status = 503, description = "auth.busy"),
    ),
    security(("bearer" = [])),
)]
#[delete("/me")]
pub(crate) async fn delete_me(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<DeletionForm>,
) -> Result<HttpResponse, ApiError> {
    app.delete_account(&caller, body.value).await?;
    Ok(HttpResponse::NoContent().finish())
}
