use plinth_ports::{Store, SystemStore};
use plinth_postgres::{PgStore, PoolOptions, RoleError};

use crate::support::World;

fn store_as(world: &World, role: &str) -> PgStore {
    let options = PoolOptions { application_role: role, ..PoolOptions::new(world.database.url()) };
    PgStore::connect(options).unwrap()
}

#[tokio::test]
async fn the_applications_role_is_accepted_with_any_login() {
    World::new().await.store.verify_role().await.unwrap();
}

#[tokio::test]
async fn a_role_that_row_level_security_does_not_bind_is_refused() {
    let world = World::new().await;
    for (role, why) in [("postgres", "superuser"), ("plinth_owner", "owns")] {
        let error = store_as(&world, role).verify_role().await.unwrap_err();
        assert!(matches!(error, RoleError::Unsafe { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(role) && text.contains(why), "{text}");
        assert!(text.contains("plinth migrate up"), "it says what to do: {text}");
    }
}

#[tokio::test]
async fn no_transaction_is_opened_with_a_role_that_was_not_verified() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    for role in ["postgres", "plinth_owner", "plinth_unknown"] {
        let store = store_as(&world, role);
        assert!(Store::begin(&store, tenant.scope).await.is_err(), "{role}");
        assert!(store.read(tenant.scope).await.is_err(), "{role}");
        assert!(SystemStore::begin(&store).await.is_err(), "{role}");
    }
    // Without an earlier check by the program.
    let store = store_as(&world, "plinth_app");
    assert!(Store::begin(&store, tenant.scope).await.is_ok());
}

#[tokio::test]
async fn a_role_that_is_not_there_is_named_as_the_fault() {
    let world = World::new().await;
    let error = store_as(&world, "plinth_unknown").verify_role().await.unwrap_err();
    assert!(matches!(error, RoleError::Missing(_)), "{error:?}");
    assert!(error.to_string().contains("plinth migrate up"), "{error}");
}
