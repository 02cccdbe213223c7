//! Logins by the connection of an organization to a real provider of identities, `oidc-provider`.

use plinth_testkit::IdentityProvider;
use serde_json::{Value, json};

use crate::{
    oidc_provider::{Browser, answer},
    support::{
        Client, Options, Reply, TestApp,
        oidc::redirect_uri,
        sso::{begin, prove},
    },
};

/// The parts of a test: two providers, and a server that may call them.
struct Parts {
    app: TestApp,
    a: IdentityProvider,
    b: IdentityProvider,
}

impl Parts {
    async fn start() -> Self {
        let a = IdentityProvider::start(&redirect_uri("sso-*")).await;
        let b = IdentityProvider::start(&redirect_uri("sso-*")).await;
        let identity_providers = Some([a.port, b.port]);
        let app = TestApp::postgres(Options { identity_providers, ..Options::default() }).await;
        Self { app, a, b }
    }
}

fn connection(provider: &IdentityProvider) -> Value {
    json!({
        "issuer": provider.issuer(),
        "client_id": IdentityProvider::CLIENT_ID,
        "client_secret": IdentityProvider::CLIENT_SECRET,
        "role": "viewer",
        "mapping": {"claim": "groups", "rules": [{"value": "leads", "role": "admin"}]},
    })
}

/// Logs in by the connection of `example.com`, as this user of the provider.
async fn login(client: &Client, user: &str) -> Reply {
    let begun = begin(client, "ada@example.com").await;
    let answered = Browser::default().visit(&begun, user).await;
    begun.complete(client, answer(&begun, &answered)).await
}

#[tokio::test]
async fn a_user_of_a_real_provider_becomes_a_member_with_the_role_of_a_group() {
    let parts = Parts::start().await;
    let owner = parts.app.owner("Owner").await;
    prove(&parts.app, &owner, "example.com").await;
    owner.put("/organization/sso", connection(&parts.a)).await.expect(200);
    for (user, role) in [("grace", "viewer"), ("lead-edith", "admin")] {
        let member = owner.signed_in(&login(&owner, user).await.expect(200));
        assert_eq!(member.organization, owner.organization);
        let me = member.get("/me").await.expect(200).json();
        assert_eq!(me["role"], role, "{user}");
        let again = owner.signed_in(&login(&owner, user).await.expect(200));
        assert_eq!(again.user, member.user);
    }
    login(&owner, "unverified-mary").await.refused(403, "oidc.email_unverified");
    login(&owner, "silent-mary").await.refused(403, "oidc.email_unverified");
    parts.app.stop().await;
}

#[tokio::test]
async fn the_real_provider_of_one_organization_is_none_of_another() {
    let parts = Parts::start().await;
    let (north, south) = (parts.app.owner("North").await, parts.app.owner("South").await);
    prove(&parts.app, &north, "example.com").await;
    prove(&parts.app, &south, "south.example").await;
    north.put("/organization/sso", connection(&parts.a)).await.expect(200);
    south.put("/organization/sso", connection(&parts.b)).await.expect(200);

    // The provider of South confirms an address of North.
    let begun = begin(&south, "grace@south.example").await;
    assert!(begun.url.as_str().starts_with(&parts.b.issuer()));
    let answered = Browser::default().visit(&begun, "grace").await;
    begun.complete(&south, answer(&begun, &answered)).await.refused(403, "sso.domain_other");
    // A code of one provider, with the state of the other.
    let (to_a, to_b) =
        (begin(&north, "x@example.com").await, begin(&south, "x@south.example").await);
    let answered = Browser::default().visit(&to_a, "grace").await;
    let mixed = json!({
        "code": answered["code"], "state": to_b.parameter("state"), "iss": answered["iss"],
        "binding": to_b.binding,
    });
    to_b.complete(&south, mixed).await.refused(401, "oidc.not_confirmed");
    let grace = north.signed_in(&login(&north, "grace").await.expect(200));
    assert_eq!(grace.organization, north.organization);
    parts.app.stop().await;
}

#[tokio::test]
async fn a_connection_is_made_to_what_is_a_provider() {
    let parts = Parts::start().await;
    let owner = parts.app.owner("Owner").await;
    let mut other = connection(&parts.a);
    other["issuer"] = json!(format!("{}/other", parts.a.issuer()));
    let refused = owner.put("/organization/sso", other).await.refused(422, "body.invalid");
    assert_eq!(refused.faults(), ["/issuer sso.issuer_unusable"]);
    parts.app.stop().await;
}
