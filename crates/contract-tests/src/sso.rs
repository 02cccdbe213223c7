//! Connections of organizations, their domains, and the logins by them.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    CustomRole, DomainChallenge, DomainName, Id, Membership, OrganizationDomain, Role, RoleMapping,
    RoleRef, RoleRule, Secret, SecretRef, Session, SessionState, SsoClientId, SsoConnection,
    SsoIdentity, SsoIssuer, SsoRole, SsoValues, Text, UserId,
};
use plinth_ports::{
    SSO_IDENTITY_TAKEN, SecondFactor, TokenHash,
    records::sso::{CONNECTION_EXISTS, DOMAIN_EXISTS, DOMAIN_TAKEN, SECRET},
};

use crate::{
    Stores,
    fixture::{at, id, token},
    harness::{Tenant, client, session, tokens},
    outcome::{assert_conflict, assert_stale},
    records::models::sealed,
};

fn role(role: RoleRef) -> SsoRole {
    SsoRole::new(role).unwrap()
}

fn connection(tenant: &Tenant, secret: Option<Id<Secret>>) -> SsoConnection {
    let custom = RoleRef::Custom(id::<CustomRole>());
    let rule = |value: &str, to| RoleRule { value: Text::parse(value).unwrap(), role: role(to) };
    let rules = vec![rule("Größe 1", Role::Admin.into()), rule("staff", custom)];
    let values = SsoValues {
        issuer: SsoIssuer::parse("https://id.example.com/realm").unwrap(),
        client_id: SsoClientId::parse("Größe").unwrap(),
        role: role(Role::Viewer.into()),
        mapping: Some(RoleMapping::new("groups", rules).unwrap()),
        is_required: false,
    };
    let secret = secret.map(|id| SecretRef { id, last_four: "abcd".to_owned() });
    SsoConnection::create(id(), tenant.id(), values, secret, at(1))
}

fn domain(tenant: &Tenant, name: &DomainName) -> OrganizationDomain {
    let challenge = DomainChallenge::parse("plinth-domain=abc").unwrap();
    OrganizationDomain::claim(id(), tenant.id(), name.clone(), challenge, at(1))
}

/// A domain that no other test has.
fn name() -> DomainName {
    DomainName::parse(&format!("d{}.example", id::<OrganizationDomain>())).unwrap()
}

async fn stored(stores: &Stores, tenant: &Tenant) -> SsoConnection {
    let connection = connection(tenant, None);
    stores
        .write(tenant, async |unit| unit.sso().insert_connection(&connection).await)
        .await
        .unwrap();
    connection
}

async fn read(stores: &Stores, tenant: &Tenant) -> Option<SsoConnection> {
    stores.read_together(tenant).await.sso().connection().await.unwrap()
}

/// Stores a domain that is proven.
async fn proven(stores: &Stores, tenant: &Tenant, name: &DomainName) -> OrganizationDomain {
    let claimed = domain(tenant, name);
    let verified = claimed.clone().verify(at(2));
    stores
        .write(tenant, async |unit| {
            unit.sso().insert_domain(&claimed).await?;
            unit.sso().update_domain(&verified).await
        })
        .await
        .unwrap();
    verified
}

pub async fn an_organization_has_one_connection_which_is_read_as_it_was_stored(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let secret = id();
    let first = connection(&tenant, Some(secret));
    let unknown = stores.write(&tenant, async |unit| unit.sso().insert_connection(&first).await);
    assert_conflict(unknown.await, SECRET.0);
    stores
        .write(&tenant, async |unit| {
            unit.secrets().insert(&sealed(secret)).await?;
            unit.sso().insert_connection(&first).await
        })
        .await
        .unwrap();
    assert_eq!(read(stores, &tenant).await, Some(first.clone()));
    assert_eq!(read(stores, &other).await, None);
    let second = connection(&tenant, None);
    let twice = stores.write(&tenant, async |unit| unit.sso().insert_connection(&second).await);
    assert_conflict(twice.await, CONNECTION_EXISTS.0);

    let plain = SsoValues { mapping: None, ..first.values.clone() };
    let next = first.clone().replace(id(), plain, None, at(5));
    let update = async |record: &SsoConnection| {
        stores.write(&tenant, async |unit| unit.sso().update_connection(record).await).await
    };
    update(&next).await.unwrap();
    assert_stale(update(&next).await);
    assert_eq!(read(stores, &tenant).await, Some(next.clone()));
    let remove = async |record: &SsoConnection| {
        stores.write(&tenant, async |unit| unit.sso().remove_connection(record).await).await
    };
    assert_stale(remove(&first).await);
    remove(&next).await.unwrap();
    assert_eq!(read(stores, &tenant).await, None);
}

pub async fn a_domain_is_proven_by_one_organization(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let name = self::name();
    let verified = proven(stores, &tenant, &name).await;
    let again = domain(&tenant, &name);
    let twice = stores.write(&tenant, async |unit| unit.sso().insert_domain(&again).await);
    assert_conflict(twice.await, DOMAIN_EXISTS.0);

    // Others may claim it, and not prove it.
    let claimed = domain(&other, &name);
    stores.write(&other, async |unit| unit.sso().insert_domain(&claimed).await).await.unwrap();
    let late = claimed.clone().verify(at(3));
    let prove =
        async || stores.write(&other, async |unit| unit.sso().update_domain(&late).await).await;
    assert_conflict(prove().await, DOMAIN_TAKEN.0);
    let mut unit = stores.begin(&other).await;
    assert_eq!(unit.sso().domain(verified.id).await.unwrap(), None);
    assert_eq!(unit.sso().domain(claimed.id).await.unwrap(), Some(claimed));
    unit.rollback().await;
    let remove = async || {
        stores.write(&tenant, async |unit| unit.sso().remove_domain(&verified).await).await
    };
    remove().await.unwrap();
    assert_stale(remove().await);
    prove().await.unwrap();
}

pub async fn domains_are_listed_by_their_names(stores: &Stores) {
    let tenant = stores.tenant().await;
    let names = ["b.example", "a.example", "xn--bcher-kva.example"];
    for text in names {
        let domain = domain(&tenant, &DomainName::parse(text).unwrap());
        stores.write(&tenant, async |unit| unit.sso().insert_domain(&domain).await).await.unwrap();
    }
    let domains = stores.read_together(&tenant).await.sso().domains().await.unwrap();
    let listed: Vec<_> = domains.iter().map(|one| one.domain.as_str().to_owned()).collect();
    assert_eq!(listed, ["a.example", "b.example", "xn--bcher-kva.example"]);
}

pub async fn the_connection_of_a_proven_domain_is_found(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (name, claimed) = (self::name(), self::name());
    proven(stores, &tenant, &name).await;
    let only = domain(&tenant, &claimed);
    stores.write(&tenant, async |unit| unit.sso().insert_domain(&only).await).await.unwrap();
    let mut unit = stores.across().await;
    assert_eq!(unit.find_sso_of_domain(&name).await.unwrap(), None, "there is none yet");
    drop(unit);
    let made = stored(stores, &tenant).await;
    stored(stores, &other).await;
    let mut unit = stores.across().await;
    assert_eq!(unit.find_sso_of_domain(&name).await.unwrap(), Some(made.clone()));
    assert_eq!(unit.find_sso_of_domain(&claimed).await.unwrap(), None);
    assert_eq!(unit.find_sso(made.id).await.unwrap(), Some(made.clone()));
    assert_eq!(unit.find_sso(id()).await.unwrap(), None);
    let slug = &tenant.organization.slug;
    assert_eq!(unit.find_sso_of_slug(slug).await.unwrap(), Some(made.clone()));
    assert_eq!(unit.lock_sso(tenant.id()).await.unwrap(), Some(made));
    assert!(unit.lock_proven_domain(tenant.id(), &name).await.unwrap());
    assert!(!unit.lock_proven_domain(tenant.id(), &claimed).await.unwrap());
    assert!(!unit.lock_proven_domain(other.id(), &name).await.unwrap());
}

pub async fn a_connection_is_proven_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let made = stored(stores, &tenant).await;
    for seconds in [7, 8] {
        let mut unit = stores.across().await;
        unit.prove_sso(&made, at(seconds)).await.unwrap();
        unit.commit().await.unwrap();
    }
    let proven = read(stores, &tenant).await.unwrap();
    assert_eq!(
        (proven.proven_at, proven.revision.version),
        (Some(at(7)), made.revision.next(at(7)).version)
    );
    assert_eq!(proven.revision.updated_at, made.revision.updated_at);
}

pub async fn the_secret_of_a_client_is_found_in_its_organization(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let secret = sealed(id());
    stores.write(&tenant, async |unit| unit.secrets().insert(&secret).await).await.unwrap();
    let mut unit = stores.across().await;
    assert_eq!(unit.find_secret(tenant.id(), secret.id).await.unwrap(), Some(secret.clone()));
    assert_eq!(unit.find_secret(other.id(), secret.id).await.unwrap(), None);
}

pub async fn an_identity_is_of_one_connection_and_goes_with_it(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (made, foreign) = (stored(stores, &tenant).await, stored(stores, &other).await);
    let identity = |connection: &SsoConnection, user: UserId| SsoIdentity {
        id: id(),
        organization: connection.organization,
        connection: connection.id,
        subject: "7".to_owned(),
        user,
        created_at: at(3),
    };
    let insert = async |identity: SsoIdentity| {
        let mut unit = stores.across().await;
        unit.insert_sso_identity(&identity).await?;
        unit.commit().await
    };
    insert(identity(&made, tenant.owner.id)).await.unwrap();
    let twice = insert(identity(&made, tenant.owner.id)).await;
    assert_conflict(twice, SSO_IDENTITY_TAKEN.0);
    let stranger = insert(identity(&foreign, tenant.owner.id)).await;
    assert_conflict(stranger, "sso_identities_organization_id_user_id_fkey");
    let find = async |connection: &SsoConnection, subject: &str| {
        stores.across().await.find_sso_identity(connection, subject).await.unwrap()
    };
    assert_eq!(find(&made, "7").await, Some(tenant.owner.id));
    assert_eq!(find(&made, "8").await, None);
    assert_eq!(find(&foreign, "7").await, None, "of another connection");
    let removed = stores.write(&tenant, async |unit| unit.sso().remove_connection(&made).await);
    removed.await.unwrap();
    let next = SsoConnection { id: made.id, ..connection(&tenant, None) };
    stores.write(&tenant, async |unit| unit.sso().insert_connection(&next).await).await.unwrap();
    assert_eq!(find(&next, "7").await, None);
}

pub async fn the_identity_of_a_member_goes_with_the_membership(stores: &Stores) {
    let tenant = stores.tenant().await;
    let made = stored(stores, &tenant).await;
    let (user, membership) = stores.member(&tenant, Role::Member).await;
    let identity = SsoIdentity {
        id: id(),
        organization: tenant.id(),
        connection: made.id,
        subject: "7".to_owned(),
        user: user.id,
        created_at: at(3),
    };
    let mut unit = stores.across().await;
    unit.insert_sso_identity(&identity).await.unwrap();
    unit.commit().await.unwrap();
    let remove = stores.write(&tenant, async |unit| unit.members().remove(&membership).await);
    remove.await.unwrap();
    assert_eq!(stores.across().await.find_sso_identity(&made, "7").await.unwrap(), None);
}

/// A session of a member, opened by this connection, with the hash of its access token.
async fn opened(
    stores: &Stores,
    membership: &Membership,
    connection: Option<&SsoConnection>,
) -> (Session, TokenHash) {
    let connection = connection.map(|connection| connection.id);
    let (session, tokens) = (Session { connection, ..session(membership) }, tokens());
    let mut unit = stores.across().await;
    unit.insert_session(&session, &tokens, &client()).await.unwrap();
    unit.commit().await.unwrap();
    (session, tokens.access)
}

async fn is_revoked(stores: &Stores, (session, access): &(Session, TokenHash)) -> bool {
    let mut unit = stores.across().await;
    let found = unit.session_of_access_token(session.organization, access).await.unwrap().unwrap();
    assert_eq!(found.connection, session.connection);
    matches!(found.state, SessionState::Revoked { .. })
}

pub async fn the_sessions_of_a_connection_end_and_others_stay(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (made, foreign) = (stored(stores, &tenant).await, stored(stores, &other).await);
    let by_it = opened(stores, &tenant.membership, Some(&made)).await;
    let by_none = opened(stores, &tenant.membership, None).await;
    let elsewhere = opened(stores, &other.membership, Some(&foreign)).await;
    let end = stores.write(&tenant, async |unit| {
        unit.sso().end_sessions_by(made.id, at(4)).await?;
        // One of another organization is out of reach.
        unit.sso().end_sessions_by(foreign.id, at(4)).await
    });
    end.await.unwrap();
    assert!(is_revoked(stores, &by_it).await);
    assert!(!is_revoked(stores, &by_none).await);
    assert!(!is_revoked(stores, &elsewhere).await);
}

pub async fn the_sessions_by_no_connection_end_but_one(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let made = stored(stores, &tenant).await;
    let by_it = opened(stores, &tenant.membership, Some(&made)).await;
    let kept = opened(stores, &tenant.membership, None).await;
    let ended = opened(stores, &tenant.membership, None).await;
    let elsewhere = opened(stores, &other.membership, None).await;
    let end = async |kept: TokenHash| {
        stores
            .write(&tenant, async |unit| unit.sso().end_sessions_by_none(&kept, at(4)).await)
            .await
            .unwrap();
    };
    end(kept.1).await;
    for (session, is_over) in [(&by_it, false), (&kept, false), (&ended, true), (&elsewhere, false)]
    {
        assert_eq!(is_revoked(stores, session).await, is_over);
    }
    end(token()).await;
    assert!(is_revoked(stores, &kept).await);
}

pub async fn the_active_owners_are_listed_oldest_first(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (young, _) = stores.member(&tenant, Role::Owner).await;
    stores.member(&tenant, Role::Admin).await;
    let (_, suspended) = stores.member(&tenant, Role::Owner).await;
    let suspended = Membership {
        suspended_at: Some(at(5)),
        revision: suspended.revision.next(at(5)),
        ..suspended
    };
    let update = stores.write(&tenant, async |unit| unit.members().update(&suspended).await);
    update.await.unwrap();
    let owners = stores.across().await.owners(tenant.id()).await.unwrap();
    let mut users: Vec<_> = owners.iter().map(|owner| owner.membership.user).collect();
    users.sort_unstable();
    let mut expected = [tenant.owner.id, young.id];
    expected.sort_unstable();
    assert_eq!(users, expected);
    assert!(owners.iter().any(|owner| owner.email == young.email));
}

/// Gives a user a second factor, turned on or only begun.
async fn give_factor(stores: &Stores, user: UserId, is_on: bool) {
    let begun = SecondFactor::begun(sealed(id()));
    let factor = SecondFactor { confirmed_at: is_on.then(|| at(3)), ..begun };
    let mut unit = stores.across().await;
    let login = unit.lock_user(user).await.unwrap().unwrap();
    unit.update_login(&login.with_factor(Some(factor), at(3))).await.unwrap();
    unit.commit().await.unwrap();
}

pub async fn active_owners_with_a_second_factor_are_found(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (begun, _) = stores.member(&tenant, Role::Owner).await;
    let (admin, _) = stores.member(&tenant, Role::Admin).await;
    let (suspended, membership) = stores.member(&tenant, Role::Owner).await;
    let suspend = Membership {
        suspended_at: Some(at(5)),
        revision: membership.revision.next(at(5)),
        ..membership
    };
    stores.write(&tenant, async |unit| unit.members().update(&suspend).await).await.unwrap();
    let found = async || stores.across().await.break_glass_owners(tenant.id()).await.unwrap();
    assert_eq!(found().await, []);
    for (user, is_on) in
        [(begun.id, false), (admin.id, true), (suspended.id, true), (other.owner.id, true)]
    {
        give_factor(stores, user, is_on).await;
    }
    assert_eq!(found().await, []);
    give_factor(stores, tenant.owner.id, true).await;
    assert_eq!(found().await, [tenant.owner.id]);
    for _ in 0..2 {
        let (owner, _) = stores.member(&tenant, Role::Owner).await;
        give_factor(stores, owner.id, true).await;
        assert_eq!(found().await.len(), 2, "more are not needed");
    }
}

pub async fn a_connection_is_changed_across_organizations(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (made, foreign) = (stored(stores, &tenant).await, stored(stores, &other).await);
    let mut unit = stores.across().await;
    unit.prove_sso(&made, at(4)).await.unwrap();
    unit.commit().await.unwrap();
    let made = read(stores, &tenant).await.unwrap();
    let values = SsoValues { is_required: true, ..made.values.clone() };
    let required = made.clone().replace(id(), values, None, at(5));
    let update = async |record: &SsoConnection| {
        let mut unit = stores.across().await;
        unit.update_sso(record).await?;
        unit.commit().await
    };
    update(&required).await.unwrap();
    assert_stale(update(&required).await);
    assert_eq!(read(stores, &tenant).await, Some(required.clone()));
    update(&required.clone().make_optional(at(6))).await.unwrap();
    let optional = read(stores, &tenant).await.unwrap();
    assert_eq!((optional.values, optional.revision.updated_at), (made.values, at(6)));
    assert_eq!(read(stores, &other).await, Some(foreign));
}
