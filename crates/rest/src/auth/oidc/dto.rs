use chrono::{DateTime, Utc};
use plinth_application::identity::{
    BegunOidc, NewHome, OidcAnswer, OidcRegistration, PendingIdentity,
};
use plinth_domain::{Invalid, LocalPath, Name, Slug, codes};
use plinth_ports::{OidcProvider, UserIdentity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::json::{Faults, Form, given};

plinth_domain::codes! {
    OIDC_AMBIGUOUS = "oidc.ambiguous", "Two fields are given, of which one is wanted.";
}

/// The longest code and the longest issuer, in bytes. State and binding are signed, and of one length.
const MAX_CODE: usize = 4096;
const MAX_ISSUER: usize = 500;

/// A provider by which users log in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OidcProviderView {
    #[schema(example = "google")]
    id: String,
    #[schema(example = "Google")]
    name: String,
}

/// The providers by which users log in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OidcProvidersView {
    /// In the order of the settings.
    data: Vec<OidcProviderView>,
}

impl From<&[OidcProvider]> for OidcProvidersView {
    fn from(providers: &[OidcProvider]) -> Self {
        let view = |provider: &OidcProvider| OidcProviderView {
            id: provider.id.clone(),
            name: provider.name.clone(),
        };
        Self { data: providers.iter().map(view).collect() }
    }
}

/// How a login at a provider begins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcStartForm {
    /// A path of the client's own origin, for after the login. It comes back in the answer.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 500, example = "/projects")]
    return_to: Option<String>,
    /// Whether the user has to log in at the provider also where they are logged in: the login is then
    /// a fresh proof.
    #[serde(default)]
    #[schema(default = false)]
    reauthenticate: bool,
}

/// The same, checked.
pub(crate) struct OidcStart {
    pub(super) return_to: Option<LocalPath>,
    pub(super) reauthenticates: bool,
}

impl Form for OidcStartForm {
    type Value = OidcStart;

    fn check(self, faults: &mut Faults) -> Option<OidcStart> {
        let return_to =
            faults.check_some("/return_to", self.return_to, |text| LocalPath::parse(&text));
        Some(OidcStart { return_to: return_to?, reauthenticates: self.reauthenticate })
    }
}

/// A login that goes on at a provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BegunOidcView {
    /// Where the browser goes.
    authorization_url: String,
    /// What completes the login, together with the provider's answer.
    #[schema(example = "plb_…")]
    binding: String,
    /// When it is too late to complete it.
    expires_at: DateTime<Utc>,
    /// That of the request.
    return_to: Option<String>,
}

impl BegunOidcView {
    pub(super) fn new(begun: BegunOidc, return_to: Option<LocalPath>) -> Self {
        Self {
            authorization_url: begun.authorization_url,
            binding: begun.binding,
            expires_at: begun.expires_at,
            return_to: return_to.map(|path| path.as_str().to_owned()),
        }
    }
}

/// The answer of a provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcAnswerForm {
    #[schema(max_length = 4096)]
    code: String,
    #[schema(max_length = 200)]
    state: String,
    /// Where the provider has sent it (RFC 9207).
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 500, example = "https://accounts.google.com")]
    iss: Option<String>,
    /// That of the beginning.
    #[schema(max_length = 100, example = "plb_…")]
    binding: String,
}

impl Form for OidcAnswerForm {
    type Value = OidcAnswer;

    fn check(self, faults: &mut Faults) -> Option<OidcAnswer> {
        answer(faults, self.code, self.state, self.iss, self.binding)
    }
}

/// The answer of a provider, and where to log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcLoginForm {
    #[schema(max_length = 4096)]
    code: String,
    #[schema(max_length = 200)]
    state: String,
    /// Where the provider has sent it (RFC 9207).
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 500, example = "https://accounts.google.com")]
    iss: Option<String>,
    /// That of the beginning.
    #[schema(max_length = 100, example = "plb_…")]
    binding: String,
    /// The slug of the organization; defaults to the one joined first, of those that admit the login.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, min_length = 2, max_length = 100, pattern = "^[a-z0-9-]+$", example = "hochbau-nord")]
    organization: Option<String>,
}

impl Form for OidcLoginForm {
    type Value = (OidcAnswer, Option<Slug>);

    fn check(self, faults: &mut Faults) -> Option<Self::Value> {
        let organization =
            faults.check_some("/organization", self.organization, |text| Slug::parse(&text));
        let answer = answer(faults, self.code, self.state, self.iss, self.binding);
        Some((answer?, organization?))
    }
}

/// The handler adds the provider of the path.
fn answer(
    faults: &mut Faults,
    code: String,
    state: String,
    issuer: Option<String>,
    binding: String,
) -> Option<OidcAnswer> {
    let code = faults.check("/code", visible(MAX_CODE, code));
    let issuer = faults.check_some("/iss", issuer, |text| visible(MAX_ISSUER, text));
    let provider = String::new();
    Some(OidcAnswer {
        provider,
        code: code?.into(),
        state,
        issuer: issuer?,
        binding: binding.into(),
    })
}

/// A text of visible ASCII characters (RFC 6749, appendix A).
fn visible(bytes: usize, text: String) -> Result<String, Invalid> {
    if text.len() > bytes {
        Err(Invalid::new(codes::TEXT_TOO_LONG, format!("at most {bytes} characters")))
    } else if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        Ok(text)
    } else {
        Err(Invalid::new(codes::TEXT_CONTROL_CHARACTER, "visible ASCII characters"))
    }
}

/// A user who is known to a provider, and has no account yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PendingIdentity)]
pub(crate) struct PendingIdentityView {
    /// By which the account is made.
    #[schema(example = "plg_…")]
    token: String,
    /// When the token ends.
    expires_at: DateTime<Utc>,
    /// The address of the new account.
    #[schema(format = Email, example = "ada@example.com")]
    email: String,
    /// The name at the provider.
    #[schema(example = "Ada Lovelace")]
    name: Option<String>,
}

impl From<PendingIdentity> for PendingIdentityView {
    fn from(pending: PendingIdentity) -> Self {
        Self {
            token: pending.expose().to_owned(),
            expires_at: pending.expires_at,
            email: pending.email.as_str().to_owned(),
            name: pending.name.map(|name| name.as_str().to_owned()),
        }
    }
}

/// A new account for a user who is known to a provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcRegistrationForm {
    /// That of the login.
    #[schema(max_length = 4096, example = "plg_…")]
    token: String,
    /// Needed where the provider tells none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: Option<String>,
    /// A new organization, unless there is an invitation.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = OidcOrganization)]
    organization: Option<OidcOrganization>,
    /// The token of an invitation to the same address.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 100, example = "pli_…")]
    invitation: Option<String>,
}

/// The organization of a new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcOrganization {
    #[schema(min_length = 1, max_length = 200, example = "Hochbau Nord")]
    name: String,
    /// Derived from the name by default.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, min_length = 2, max_length = 100, pattern = "^[a-z0-9-]+$", example = "hochbau-nord")]
    slug: Option<String>,
}

impl Form for OidcRegistrationForm {
    type Value = OidcRegistration;

    fn check(self, faults: &mut Faults) -> Option<OidcRegistration> {
        let name = faults.check_some("/name", self.name, |text| Name::parse(&text));
        let home = match (self.organization, self.invitation) {
            (Some(organization), None) => {
                let name = faults.check("/organization/name", Name::parse(&organization.name));
                let slug = faults
                    .check_some("/organization/slug", organization.slug, |text| Slug::parse(&text));
                name.zip(slug).map(|(name, slug)| NewHome::Organization { name, slug })
            }
            (None, Some(token)) => Some(NewHome::Invitation(token)),
            (None, None) => {
                let either = Invalid::new(codes::FIELD_REQUIRED, "organization or invitation");
                faults.check("/organization", Err(either))
            }
            (Some(_), Some(_)) => {
                let both = Invalid::new(OIDC_AMBIGUOUS, "organization or invitation");
                faults.check("/invitation", Err(both))
            }
        };
        Some(OidcRegistration { token: self.token, name: name?, home: home? })
    }
}

/// An identity at a provider by which a user logs in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityView {
    id: Uuid,
    /// The provider's id; `null` for one that the installation has no more.
    #[schema(example = "google")]
    provider: Option<String>,
    #[schema(example = "https://accounts.google.com")]
    issuer: String,
    /// The address that the provider told when the identity was linked.
    #[schema(format = Email, example = "ada@example.com")]
    email: Option<String>,
    /// When it was linked.
    created_at: DateTime<Utc>,
    /// When the user last logged in by it.
    last_used_at: DateTime<Utc>,
}

impl IdentityView {
    pub(super) fn new(identity: &UserIdentity, providers: &[OidcProvider]) -> Self {
        let provider = providers.iter().find(|provider| provider.issuer == identity.issuer);
        Self {
            id: identity.id.uuid(),
            provider: provider.map(|provider| provider.id.clone()),
            issuer: identity.issuer.clone(),
            email: identity.email.as_ref().map(|email| email.as_str().to_owned()),
            created_at: identity.created_at,
            last_used_at: identity.last_used_at,
        }
    }
}

/// The identities by which a user logs in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentitiesView {
    /// The one that was linked first at the beginning; at most 20.
    pub(super) data: Vec<IdentityView>,
}
