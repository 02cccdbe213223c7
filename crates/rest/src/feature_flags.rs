//! `/feature-flags`

use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use chrono::{DateTime, Utc};
use plinth_application::feature_flags::{ClearFeatureFlag, ListFeatureFlags, SetFeatureFlag};
use plinth_domain::{FeatureFlag, FlagKey, OrganizationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    etag::{self, IfMatch, MaybeIfMatch},
    json::{Body, Faults, Form},
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    problem::ApiError,
    routing::Routes,
};

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(list_feature_flags).service(set_feature_flag).service(clear_feature_flag);
}

/// A feature flag and its state for the organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeatureFlagView {
    #[schema(example = "projects.trigram_search")]
    key: String,
    description: String,
    /// Whether the flag is on for the organization.
    enabled: bool,
    /// The percentage of organizations that have the flag on by default.
    #[schema(maximum = 100)]
    rollout_percent: u8,
    /// The organization's own setting; `null` if it follows the rollout.
    #[serde(rename = "override")]
    own: Option<FeatureFlagOverrideView>,
}

/// An organization's own setting of a flag.
#[derive(Debug, Serialize, ToSchema)]
struct FeatureFlagOverrideView {
    enabled: bool,
    #[schema(minimum = 1)]
    version: i64,
    updated_at: DateTime<Utc>,
}

impl FeatureFlagView {
    fn of(organization: OrganizationId, flag: &FeatureFlag) -> Self {
        Self {
            key: flag.key.as_str().to_owned(),
            description: flag.description.clone(),
            enabled: flag.is_on(organization),
            rollout_percent: flag.rollout_percent,
            own: flag.over.map(|over| FeatureFlagOverrideView {
                enabled: over.enabled,
                version: over.revision.version.number(),
                updated_at: over.revision.updated_at,
            }),
        }
    }
}

/// The organization's own setting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeatureFlagSetting {
    enabled: bool,
}

impl Form for FeatureFlagSetting {
    type Value = bool;

    fn check(self, _: &mut Faults) -> Option<bool> {
        Some(self.enabled)
    }
}

/// List feature flags, all in one page.
#[utoipa::path(
    tag = "feature-flags",
    operation_id = "list_feature_flags",
    responses((status = 200, body = ListView<FeatureFlagView>)),
    security(("bearer" = ["feature_flag:read"])),
)]
#[get("/feature-flags")]
pub(crate) async fn list_feature_flags(
    app: App,
    Authenticated(caller): Authenticated,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let organization = caller.access.organization();
    let flags = app.query(&caller, ListFeatureFlags).await?;
    let views = flags.iter().map(|flag| FeatureFlagView::of(organization, flag)).collect();
    Ok(query.answer_whole(views))
}

/// Set a flag for the organization.
#[utoipa::path(
    tag = "feature-flags",
    operation_id = "set_feature_flag",
    params(("key" = String, Path, pattern = "^[a-z][a-z0-9_.-]{0,99}$", description = "The flag's key"), MaybeIfMatch),
    request_body = FeatureFlagSetting,
    responses((status = 200, body = FeatureFlagView, headers(("ETag")))),
    security(("bearer" = ["feature_flag:update"])),
)]
#[put("/feature-flags/{key}")]
pub(crate) async fn set_feature_flag(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    expected: MaybeIfMatch,
    body: Body<FeatureFlagSetting>,
) -> Result<HttpResponse, ApiError> {
    let (key, enabled) = (flag_key(&request)?, body.value);
    let command = SetFeatureFlag { key, expected: expected.0, enabled };
    let flag = app.execute(&caller, command).await?;
    let view = FeatureFlagView::of(caller.access.organization(), &flag);
    Ok(match flag.over {
        Some(over) => etag::changed(&view, over.revision.version),
        None => HttpResponse::Ok().json(view),
    })
}

/// Clear the organization's own setting of a flag.
#[utoipa::path(
    tag = "feature-flags",
    operation_id = "clear_feature_flag",
    params(("key" = String, Path, pattern = "^[a-z][a-z0-9_.-]{0,99}$", description = "The flag's key"), IfMatch),
    responses((status = 204, description = "The organization's own setting is cleared")),
    security(("bearer" = ["feature_flag:update"])),
)]
#[delete("/feature-flags/{key}")]
pub(crate) async fn clear_feature_flag(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let key = flag_key(&request)?;
    app.execute(&caller, ClearFeatureFlag { key, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The `{key}` of the path; 404 if it is not a valid key.
fn flag_key(request: &HttpRequest) -> Result<FlagKey, ApiError> {
    let text = request.match_info().get("key").unwrap_or_default();
    FlagKey::parse(text).map_err(|_| plinth_application::Error::NotFound("feature_flag").into())
}
