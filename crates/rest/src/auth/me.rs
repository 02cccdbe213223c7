use actix_web::{HttpResponse, get};
use plinth_application::identity::Me;
use plinth_domain::{Permission, Principal};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dto::{PlaceView, UserView};
use crate::{
    gate::{App, Signed},
    problem::ApiError,
    values::RoleName,
};

/// Who the caller is, where, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeView {
    /// The person: the caller, or who made the API key.
    user: UserView,
    /// The API key that called, where one did.
    api_key_id: Option<Uuid>,
    /// The organization that the credential acts in.
    organization_id: Uuid,
    /// The role there; `null` for an API key.
    #[schema(value_type = Option<RoleName>)]
    role: Option<&'static str>,
    /// What the credential may do, all considered.
    #[schema(example = json!(["project:read"]))]
    permissions: Vec<&'static str>,
    /// The person's organizations, the one joined first in front.
    memberships: Vec<PlaceView>,
}

impl From<Me> for MeView {
    fn from(me: Me) -> Self {
        Self {
            user: UserView::from(&me.user),
            api_key_id: match me.access.principal() {
                Principal::User(_) | Principal::Worker(_) => None,
                Principal::ApiKey { id, .. } => Some(id.uuid()),
            },
            organization_id: me.access.organization().uuid(),
            role: me.access.role().map(plinth_domain::Role::name),
            permissions: me.access.permissions().iter().map(Permission::name).collect(),
            memberships: me
                .affiliations
                .iter()
                .map(|place| PlaceView::of(&place.organization, place.membership.role))
                .collect(),
        }
    }
}

/// Tell the caller who they are.
#[utoipa::path(
    tag = "auth",
    operation_id = "get_me",
    responses((status = 200, body = MeView)),
    security(("bearer" = [])),
)]
#[get("/me")]
pub(crate) async fn get_me(app: App, Signed(caller): Signed) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(MeView::from(app.me(&caller).await?)))
}
