//! The people of the demo data, and their organizations.

use plinth_application::{
    Application, Caller, Error,
    identity::{AcceptInvitation, Registration},
    invitations::INVITATION_OPEN,
    invitations::{CreateInvitation, CreatedInvitation},
};
use plinth_domain::{Access, Email, Membership, Name, Password, Role, Slug};
use plinth_ports::Affiliation;

use super::origin;
use crate::failure::Result;

/// Whom to log in as.
pub(crate) const OWNER_EMAIL: &str = "demo@plinth.example";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "plinth-demo";

/// Somebody's address and name.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
}

/// An organization and who begins it.
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

/// The one that the demo user can switch to.
pub(super) const SURVEYING: Organization = Organization {
    name: "Demo Surveying",
    slug: "demo-surveying",
    founder: Person { email: "partner@plinth.example", name: "Noor van Dijk" },
};

/// One for each role below the owner's.
pub(super) const STAFF: &[(Person, Role)] = &[
    (Person { email: "admin@plinth.example", name: "Amara Okafor" }, Role::Admin),
    (Person { email: "accountant@plinth.example", name: "Tomás Rivera" }, Role::Accountant),
    (Person { email: "member@plinth.example", name: "Ingrid Solberg" }, Role::Member),
    (Person { email: "viewer@plinth.example", name: "Kenji Watanabe" }, Role::Viewer),
];

/// Is invited and has not answered yet.
pub(super) const NEWCOMER: &str = "newcomer@plinth.example";

/// The founder of an organization, who registers unless they did before.
pub(super) async fn founder(app: &Application, organization: &Organization) -> Result<Caller> {
    let Organization { name, slug, founder } = organization;
    if let Some(place) = place(app, founder.email, slug).await? {
        return Ok(caller(&place.membership));
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
        // Another run was faster, or somebody else has the address or the slug.
        Err(Error::Conflict { .. }) => {
            place(app, founder.email, slug).await?.map(|place| place.membership)
        }
        Err(error) => return Err(error.into()),
    };
    let membership = founded.ok_or_else(|| {
        format!("the address {} or the slug {slug} belongs to somebody else", founder.email)
    })?;
    Ok(caller(&membership))
}

/// Whether an organization is there, with its founder in it.
pub(super) async fn has_founder(
    app: &Application,
    organization: &Organization,
) -> std::result::Result<bool, Error> {
    Ok(place(app, organization.founder.email, organization.slug).await?.is_some())
}

/// Makes somebody a member: invited by `host`, and accepted.
pub(super) async fn bring(
    app: &Application,
    host: &Caller,
    organization: &Organization,
    person: Person,
    role: Role,
) -> Result<()> {
    if place(app, person.email, organization.slug).await?.is_some() {
        return Ok(());
    }
    let Some(invited) = invite(app, host, person.email, role).await? else { return Ok(()) };
    let accept = AcceptInvitation {
        token: invited.token.expose().to_owned(),
        password: Password::parse(PASSWORD.to_owned())?,
        name: Some(Name::parse(person.name)?),
    };
    app.accept_invitation(&origin(), accept).await?;
    Ok(())
}

/// Invites somebody; `None` when they are invited already, by a run that was interrupted or is
/// just at it. Then only they have the token.
pub(super) async fn invite(
    app: &Application,
    host: &Caller,
    email: &str,
    role: Role,
) -> Result<Option<CreatedInvitation>> {
    let invitation = CreateInvitation { email: Email::parse(email)?, role };
    match app.execute(host, invitation).await {
        Ok(invited) => Ok(Some(invited)),
        Err(Error::Conflict { code: INVITATION_OPEN, .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The membership of an account in an organization, if there is one.
async fn place(
    app: &Application,
    email: &str,
    slug: &str,
) -> std::result::Result<Option<Affiliation>, Error> {
    let email = Email::parse(email).map_err(Error::internal)?;
    let slug = Slug::parse(slug).map_err(Error::internal)?;
    app.find_affiliation(&email, &slug).await
}

/// A member as the use cases want to know them. No token: nobody logs in, no session is left.
fn caller(membership: &Membership) -> Caller {
    Caller { access: Access::of_member(membership), credential: [0; 32], origin: origin() }
}
