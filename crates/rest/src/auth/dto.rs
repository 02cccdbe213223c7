use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use chrono::{DateTime, Utc};
use plinth_application::identity::{ChangePassword, Credentials, Me, Registration, SignedIn};
use plinth_domain::{
    Email, Id, Invalid, Name, Organization, OrganizationId, Password, Permission, Principal, Role,
    Slug, User, codes,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form},
    members::RoleName,
};

/// A person.
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

/// A place in an organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceView {
    organization_id: Uuid,
    name: String,
    slug: String,
    #[schema(value_type = RoleName)]
    role: &'static str,
}

impl PlaceView {
    pub(crate) fn of(organization: &Organization, role: Role) -> Self {
        Self {
            organization_id: organization.id.uuid(),
            name: organization.name.as_str().to_owned(),
            slug: organization.slug.as_str().to_owned(),
            role: role.name(),
        }
    }
}

/// The tokens of somebody who proved who they are (the names are those of
/// RFC 6749, section 5.1).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedInView {
    #[schema(example = "pla_…")]
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    expires_at: DateTime<Utc>,
    /// Gets the next pair of tokens, once.
    #[schema(example = "plr_…")]
    refresh_token: String,
    refresh_expires_at: DateTime<Utc>,
    user: UserView,
    organization: PlaceView,
}

impl SignedInView {
    /// Answers tokens; nobody may keep a copy of the reply.
    pub(crate) fn respond(signed_in: &SignedIn) -> HttpResponse {
        Self::into_response(HttpResponse::Ok(), signed_in)
    }

    /// Answers the tokens of an account that is new.
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
            organization: PlaceView::of(&signed_in.organization, signed_in.membership.role),
        })
    }
}

/// A new customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccount {
    #[schema(max_length = 254, format = Email, example = "ada@example.com")]
    email: String,
    #[schema(min_length = 10, max_length = 128, format = Password)]
    password: String,
    #[schema(min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: String,
    organization: NewOrganization,
}

/// The organization of a new customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrganization {
    #[schema(min_length = 1, max_length = 200, example = "Hochbau Nord")]
    name: String,
    /// Made of the name when it is not given.
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

/// What somebody shows to log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginForm {
    #[schema(max_length = 254, format = Email, example = "ada@example.com")]
    email: String,
    #[schema(max_length = 128, format = Password)]
    password: String,
    /// The slug of the organization to enter; the one joined first when it is
    /// not given.
    #[schema(max_length = 100)]
    organization: Option<String>,
}

impl Form for LoginForm {
    type Value = Credentials;

    fn check(self, faults: &mut Faults) -> Option<Credentials> {
        let email = faults.check("/email", Email::parse(&self.email));
        let password = faults.check("/password", Password::attempt(self.password));
        let organization =
            faults.check_some("/organization", self.organization, |text| Slug::parse(&text));
        Some(Credentials { email: email?, password: password?, organization: organization? })
    }
}

/// A refresh token, to be exchanged.
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

/// The organization to go to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SwitchForm {
    #[schema(value_type = Uuid)]
    organization_id: String,
}

impl Form for SwitchForm {
    type Value = OrganizationId;

    fn check(self, faults: &mut Faults) -> Option<OrganizationId> {
        let malformed = |_| Invalid::new(codes::UUID_MALFORMED, "must be a UUID");
        let id = Uuid::try_parse(&self.organization_id).map_err(malformed);
        faults.check("/organization_id", id).map(Id::from_uuid)
    }
}

/// The present password and the one to have instead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordForm {
    #[schema(max_length = 128, format = Password)]
    current_password: String,
    #[schema(min_length = 10, max_length = 128, format = Password)]
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
            role: me.access.role().map(Role::name),
            permissions: me.access.permissions().iter().map(Permission::name).collect(),
            memberships: me
                .affiliations
                .iter()
                .map(|place| PlaceView::of(&place.organization, place.membership.role))
                .collect(),
        }
    }
}
