//! The people of the demo data, and their organizations.

use plinth_application::{
    Application, Caller, Error,
    identity::{AcceptInvitation, Registration},
    invitations::INVITATION_OPEN,
    invitations::{CreateInvitation, CreatedInvitation},
};
use plinth_domain::{Access, Assurance, Email, Invitation, Membership, Name, Password, Role, Slug};
use plinth_ports::Affiliation;

use super::origin;
use crate::failure::Result;

/// Email address of the demo login.
pub(crate) const OWNER_EMAIL: &str = "demo@plinth.example";
/// Password of every demo account.
pub(crate) const PASSWORD: &str = "plinth-demo-login";

/// Email address and name of a user.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
}

/// An organization and its founder.
pub(super) struct Organization {
    pub(super) name: &'static str,
    pub(super) slug: &'static str,
    pub(super) founder: Person,
}

pub(super) const CONSTRUCTION: Organization = Organization {
    name: "Demo Construction",
    slug: "demo",
    founder: Person { email: OWNER_EMAIL, name: "Dana Meyer" },
};

/// The second organization of the demo user.
pub(super) const SURVEYING: Organization = Organization {
    name: "Demo Surveying",
    slug: "demo-surveying",
    founder: Person { email: "partner@plinth.example", name: "Noor van Dijk" },
};

/// A user for each role below owner.
pub(super) const STAFF: &[(Person, Role)] = &[
    (Person { email: "admin@plinth.example", name: "Amara Okafor" }, Role::Admin),
    (Person { email: "accountant@plinth.example", name: "Tomás Rivera" }, Role::Accountant),
    (Person { email: "member@plinth.example", name: "Ingrid Solberg" }, Role::Member),
    (Person { email: "viewer@plinth.example", name: "Kenji Watanabe" }, Role::Viewer),
];

/// The address of an open invitation.
pub(super) const NEWCOMER: &str = "newcomer@plinth.example";

/// The founder of an organization, registered if necessary.
pub(super) async fn founder(app: &Application, organization: &Organization) -> Result<Caller> {
    let Organization { name, slug, founder } = organization;
    if let Some(affiliation) = affiliation(app, founder.email, slug).await? {
        return Ok(caller(app, &affiliation.membership));
    }
    let registration = Registration {
        email: Email::parse(founder.email)?,
        password: Password::parse(PASSWORD.to_owned())?,
        name: Name::parse(founder.name)?,
        organization: Name::parse(name)?,
        slug: Some(Slug::parse(slug)?),
    };
    let founded = match app.register(&origin(), registration).await {
        Ok(signed_in) => Some(signed_in.membership),
        // A concurrent run was faster, or another account has the address or the slug.
        Err(Error::Conflict { .. }) => {
            affiliation(app, founder.email, slug).await?.map(|affiliation| affiliation.membership)
        }
        Err(error) => return Err(error.into()),
    };
    let membership = founded.ok_or_else(|| {
        format!("the address {} or the slug {slug} belongs to another account", founder.email)
    })?;
    Ok(caller(app, &membership))
}

/// Whether the organization exists and its founder is a member.
pub(super) async fn has_founder(
    app: &Application,
    organization: &Organization,
) -> std::result::Result<bool, Error> {
    Ok(affiliation(app, organization.founder.email, organization.slug).await?.is_some())
}

/// Makes a person a member: `host` invites them, and they accept.
pub(super) async fn bring(
    app: &Application,
    host: &Caller,
    organization: &Organization,
    person: Person,
    role: Role,
) -> Result<()> {
    if affiliation(app, person.email, organization.slug).await?.is_some() {
        return Ok(());
    }
    let Some(invited) = invite(app, host, person.email, role).await? else { return Ok(()) };
    let Invitation { id, organization: host_organization, .. } = invited.invitation;
    // Where mails are sent, the answer has no token.
    let token = invited.token.unwrap_or_else(|| app.invitation_token(host_organization, id));
    let accept = AcceptInvitation {
        token: token.expose().to_owned(),
        password: Password::parse(PASSWORD.to_owned())?,
        name: Some(Name::parse(person.name)?),
        factor: None,
    };
    app.accept_invitation(&origin(), accept).await?;
    Ok(())
}

/// Invites an address. `None` when an invitation exists already, from an interrupted or a
/// concurrent run: its token cannot be read again.
pub(super) async fn invite(
    app: &Application,
    host: &Caller,
    email: &str,
    role: Role,
) -> Result<Option<CreatedInvitation>> {
    let invitation = CreateInvitation { email: Email::parse(email)?, role: role.into() };
    match app.execute(host, invitation).await {
        Ok(invited) => Ok(Some(invited)),
        Err(Error::Conflict { code: INVITATION_OPEN, .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The affiliation of an address with an organization, if there is one.
async fn affiliation(
    app: &Application,
    email: &str,
    slug: &str,
) -> std::result::Result<Option<Affiliation>, Error> {
    let email = Email::parse(email).map_err(Error::internal)?;
    let slug = Slug::parse(slug).map_err(Error::internal)?;
    app.find_affiliation(&email, &slug).await
}

/// The caller for a member. It has no token, so no session remains.
fn caller(app: &Application, membership: &Membership) -> Caller {
    let assurance = Assurance { proved_at: Some(app.now()), ..Assurance::default() };
    let access = Access::of_member(membership).assured(assurance);
    Caller { access, credential: [0; 32], origin: origin() }
}
