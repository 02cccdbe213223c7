//! `plinth secrets rotate`.

use std::time::Duration;

use plinth_domain::{Id, OrganizationId, SecretText};
use plinth_ports::{SealedSecret, SecretVault, WrappedKey};
use plinth_secret_vault::{MasterKey, MasterKeys};
use plinth_testkit::TestDatabase;
use sqlx::{Connection, PgConnection, types::Uuid};

use crate::support::Scratch;

const CANARY: &str = "sk-canary-0123456789-wxyz";
/// So many that the command is killed in the middle.
const SECRETS: i64 = 3_000;

fn key(name: &str, byte: u8) -> MasterKey {
    MasterKey::new(name, &[byte; 32]).unwrap()
}

/// The setting of the same keys.
fn setting(keys: &[(&str, u8)]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .map(|(name, byte)| format!("{name}:{}", format!("{byte:02x}").repeat(32)))
        .collect();
    keys.join(",")
}

/// Stores secrets of two organizations, under the old key.
async fn entrust(owner: &mut PgConnection) {
    let organizations: Vec<(Uuid,)> = sqlx::query_as("SELECT id FROM organizations LIMIT 2")
        .fetch_all(&mut *owner)
        .await
        .unwrap();
    let old = MasterKeys::new([key("old", 1)]);
    let text = SecretText::parse(CANARY.to_owned()).unwrap();
    for n in 0..SECRETS {
        let (organization,) = organizations[usize::try_from(n % 2).unwrap()];
        let id = Uuid::from_u128(0x7000_8000_0000_0000_0000 + u128::from(n.unsigned_abs()));
        let organization_id: OrganizationId = Id::from_uuid(organization);
        let sealed = old.seal(organization_id.into(), Id::from_uuid(id), &text).unwrap();
        sqlx::query(
            "INSERT INTO secrets (organization_id, id, master_key, wrapped_key, sealed)
                VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(organization)
        .bind(id)
        .bind(sealed.key.master_key)
        .bind(sealed.key.bytes)
        .bind(sealed.sealed)
        .execute(&mut *owner)
        .await
        .unwrap();
    }
}

async fn under(owner: &mut PgConnection, master_key: &str) -> i64 {
    let count = "SELECT count(*) FROM secrets WHERE master_key = $1";
    sqlx::query_scalar(count).bind(master_key).fetch_one(owner).await.unwrap()
}

async fn assert_all_open(owner: &mut PgConnection, keys: &MasterKeys) {
    type Row = (Uuid, Uuid, String, Vec<u8>, Vec<u8>);
    let rows: Vec<Row> =
        sqlx::query_as("SELECT organization_id, id, master_key, wrapped_key, sealed FROM secrets")
            .fetch_all(owner)
            .await
            .unwrap();
    assert_eq!(i64::try_from(rows.len()), Ok(SECRETS));
    for (organization, id, master_key, bytes, sealed) in rows {
        let key = WrappedKey { master_key, bytes };
        let secret = SealedSecret { id: Id::from_uuid(id), key, sealed };
        let opened = keys.open(OrganizationId::from_uuid(organization).into(), &secret).unwrap();
        assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), CANARY);
    }
}

#[tokio::test]
async fn a_killed_rotation_goes_on_and_the_old_key_is_needed_no_more() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let url = database.url().to_owned();
    scratch.run(&["seed"], &[("DATABASE_URL", &url)]).well();
    let mut owner = PgConnection::connect(&url).await.unwrap();
    entrust(&mut owner).await;

    let keys = setting(&[("new", 2), ("old", 1)]);
    let variables = [("DATABASE_URL", &*url), ("PLINTH_SECRETS__KEYS", &*keys)];
    let mut command = scratch.plinth(&["secrets", "rotate"]);
    let mut running = command.envs(variables).spawn().unwrap();
    while under(&mut owner, "new").await == 0 {
        assert!(running.try_wait().unwrap().is_none(), "it has ended before it was killed");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let done = under(&mut owner, "new").await;
    assert!((1..SECRETS).contains(&done), "{done} when it was killed");
    assert_all_open(&mut owner, &MasterKeys::new([key("new", 2), key("old", 1)])).await;

    let printed = scratch.run(&["secrets", "rotate"], &variables).well();
    // One more may have been committed after it was counted.
    let rest = under(&mut owner, "new").await;
    assert_eq!((rest, under(&mut owner, "old").await), (SECRETS, 0));
    assert!(printed.contains(" secrets came under new\n"), "{printed}");
    assert!(printed.ends_with(&format!("new  {SECRETS}\n")), "{printed}");
    assert_all_open(&mut owner, &MasterKeys::new([key("new", 2)])).await;

    let alone = setting(&[("new", 2)]);
    let variables = [("DATABASE_URL", &*url), ("PLINTH_SECRETS__KEYS", &*alone)];
    let again = scratch.run(&["secrets", "rotate"], &variables).well();
    assert!(again.starts_with("0 secrets came under new\n"), "{again}");
    owner.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn secrets_of_a_missing_key_are_named_and_kept() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let url = database.url().to_owned();
    scratch.run(&["seed"], &[("DATABASE_URL", &url)]).well();
    let mut owner = PgConnection::connect(&url).await.unwrap();
    entrust(&mut owner).await;
    sqlx::query("DELETE FROM secrets WHERE id > '00000000-0000-7000-8000-000000000004'")
        .execute(&mut owner)
        .await
        .unwrap();
    let other = setting(&[("other", 3)]);
    let variables = [("DATABASE_URL", &*url), ("PLINTH_SECRETS__KEYS", &*other)];
    let ended = scratch.run(&["secrets", "rotate"], &variables);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let unreadable = ended.stdout.lines().filter(|line| line.starts_with("UNREADABLE  "));
    assert_eq!(unreadable.clone().count(), 5, "{}", ended.stdout);
    assert!(unreadable.clone().all(|line| line.ends_with("there is no master key old")));
    assert!(!ended.stdout.contains("canary") && !ended.stderr.contains("canary"));
    assert_eq!(under(&mut owner, "old").await, 5);

    let none = scratch.run(&["secrets", "rotate"], &[("DATABASE_URL", &*url)]);
    assert_eq!(none.code, Some(1), "{}", none.stdout);
    owner.close().await.unwrap();
    database.drop().await;
}
