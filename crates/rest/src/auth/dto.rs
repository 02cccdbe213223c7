use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use chrono::{DateTime, Utc};
use plinth_application::identity::{ChangePassword, Credentials, Me, Registration, SignedIn};
use plinth_domain::{
    AssignedRole, Email, Id, Name, Organization, OrganizationId, Password, Permission, Role,
    RoleRef, Slug, User,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::profile::ProfileView;
use crate::{
    json::{Faults, Form},
    members::RoleName,
    values::{PermissionName, identity},
};

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    id: Uuid,
    #[schema(format = Email, example = "ada@example.com")]
    email: String,
    #[schema(example = "Ada Lovelace")]
    name: String,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.uuid(),
            email: user.email.as_str().to_owned(),
            name: user.name.as_str().to_owned(),
        }
    }
}

/// A membership of the user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AffiliationView {
    organization_id: Uuid,
    name: String,
    slug: String,
    /// `null` for a custom role.
    #[schema(value_type = Option<RoleName>)]
    role: Option<&'static str>,
    /// The custom role; `null` for a built-in one.
    role_id: Option<Uuid>,
}

impl AffiliationView {
    pub(crate) fn of(organization: &Organization, role: AssignedRole) -> Self {
        let role = role.reference();
        Self {
            organization_id: organization.id.uuid(),
            name: organization.name.as_str().to_owned(),
            slug: organization.slug.as_str().to_owned(),
            role: role.built_in().map(Role::name),
            role_id: role.custom().map(Id::uuid),
        }
    }
}

/// The tokens of an authenticated user (names of RFC 6749, section 5.1).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedInView {
    #[schema(example = "pla_…")]
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    expires_at: DateTime<Utc>,
    /// Exchanged once for the next pair of tokens.
    #[schema(example = "plr_…")]
    refresh_token: String,
    refresh_expires_at: DateTime<Utc>,
    user: UserView,
    organization: AffiliationView,
}

impl SignedInView {
    /// Responds with tokens; no cache may store the response.
    pub(crate) fn respond(signed_in: &SignedIn) -> HttpResponse {
        Self::into_response(HttpResponse::Ok(), signed_in)
    }

    /// Responds with the tokens of a new account.
    pub(crate) fn created(signed_in: &SignedIn) -> HttpResponse {
        Self::into_response(HttpResponse::Created(), signed_in)
    }

    fn into_response(mut response: HttpResponseBuilder, signed_in: &SignedIn) -> HttpResponse {
        let tokens = &signed_in.tokens;
        response.insert_header((header::CACHE_CONTROL, "no-store")).json(Self {
            access_token: tokens.access.expose().to_owned(),
            token_type: "Bearer",
            expires_at: tokens.access_expires_at,
            refresh_token: tokens.refresh.expose().to_owned(),
            refresh_expires_at: tokens.refresh_expires_at,
            user: UserView::from(&signed_in.user),
            organization: AffiliationView::of(&signed_in.organization, signed_in.membership.role),
        })
    }
}

/// A new user with a new organization.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccount {
    #[schema(max_length = 254, format = Email, example = "ada@example.com")]
    email: String,
    /// 12 to 1,024 bytes in UTF-8, and none of the most common passwords.
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    password: String,
    #[schema(min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: String,
    organization: NewOrganization,
}

/// The organization of a new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrganization {
    #[schema(min_length = 1, max_length = 200, example = "Hochbau Nord")]
    name: String,
    /// Derived from the name by default.
    #[schema(min_length = 2, max_length = 100, pattern = "^[a-z0-9-]+$")]
    slug: Option<String>,
}

impl Form for NewAccount {
    type Value = Registration;

    fn check(self, faults: &mut Faults) -> Option<Registration> {
        let email = faults.check("/email", Email::parse(&self.email));
        let password = faults.check("/password", Password::parse(self.password));
        let name = faults.check("/name", Name::parse(&self.name));
        let organization = faults.check("/organization/name", Name::parse(&self.organization.name));
        let slug = faults
            .check_some("/organization/slug", self.organization.slug, |text| Slug::parse(&text));
        Some(Registration {
            email: email?,
            password: password?,
            name: name?,
            organization: organization?,
            slug: slug?,
        })
    }
}

/// Credentials.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginForm {
    #[schema(max_length = 254, format = Email, example = "ada@example.com")]
    email: String,
    #[schema(max_length = 1024, format = Password)]
    password: String,
    /// The slug of the organization; defaults to the one joined first, of those that admit the login.
    #[schema(min_length = 2, max_length = 100, pattern = "^[a-z0-9-]+$", example = "hochbau-nord")]
    organization: Option<String>,
}

impl Form for LoginForm {
    type Value = Credentials;

    fn check(self, faults: &mut Faults) -> Option<Credentials> {
        let email = faults.check("/email", Email::stored(&self.email));
        let password = faults.check("/password", Password::attempt(self.password));
        let organization =
            faults.check_some("/organization", self.organization, |text| Slug::parse(&text));
        Some(Credentials { email: email?, password: password?, organization: organization? })
    }
}

/// A refresh token to exchange.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshForm {
    #[schema(max_length = 100, example = "plr_…")]
    refresh_token: String,
}

impl Form for RefreshForm {
    type Value = String;

    fn check(self, _: &mut Faults) -> Option<String> {
        Some(self.refresh_token)
    }
}

/// The organization to switch to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SwitchForm {
    #[schema(value_type = Uuid)]
    organization_id: String,
}

impl Form for SwitchForm {
    type Value = OrganizationId;

    fn check(self, faults: &mut Faults) -> Option<OrganizationId> {
        faults.check("/organization_id", identity(&self.organization_id))
    }
}

/// The current password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordForm {
    #[schema(max_length = 1024, format = Password)]
    current_password: String,
    /// 12 to 1,024 bytes in UTF-8, and none of the most common passwords.
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    new_password: String,
}

impl Form for PasswordForm {
    type Value = ChangePassword;

    fn check(self, faults: &mut Faults) -> Option<ChangePassword> {
        let current = faults.check("/current_password", Password::attempt(self.current_password));
        let new = faults.check("/new_password", Password::parse(self.new_password));
        Some(ChangePassword { current: current?, new: new? })
    }
}

/// The caller, the organization and the permissions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeView {
    /// The caller, or the creator of the API key.
    user: ProfileView,
    /// The API key of the request, if it used one.
    api_key_id: Option<Uuid>,
    /// The organization that the credential acts in.
    organization_id: Uuid,
    /// The role there; `null` for a custom role, and for an API key.
    #[schema(value_type = Option<RoleName>)]
    role: Option<&'static str>,
    /// The custom role there; `null` for a built-in one, and for an API key.
    role_id: Option<Uuid>,
    /// The effective permissions of the credential.
    #[schema(value_type = Vec<PermissionName>, example = json!(["project:read"]))]
    permissions: Vec<&'static str>,
    /// The user's organizations, the one joined first at the beginning.
    memberships: Vec<AffiliationView>,
}

impl From<Me> for MeView {
    fn from(me: Me) -> Self {
        let role = me.access.role().map(AssignedRole::reference);
        Self {
            user: ProfileView::from(&me.user),
            api_key_id: me.access.principal().api_key().map(Id::uuid),
            organization_id: me.access.organization().uuid(),
            role: role.and_then(RoleRef::built_in).map(Role::name),
            role_id: role.and_then(RoleRef::custom).map(Id::uuid),
            permissions: me.access.permissions().iter().map(Permission::name).collect(),
            memberships: me
                .affiliations
                .iter()
                .map(|place| AffiliationView::of(&place.organization, place.membership.role))
                .collect(),
        }
    }
}
