//! The backup role reads everything, and can do nothing else.

use plinth_migration::{BackupRights, Error, Options, backup_state, up};
use plinth_testkit::{TestDatabase, admin_url};
use sqlx::{Connection, PgConnection};

use crate::{
    roles::{drop_roles, own_roles, url_for},
    seed,
    session::{DENIED, admin, number, refusal, run},
};

/// All tables, the partitions too.
const TABLES: &str = "SELECT c.oid::regclass::text FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1";

/// A database of two organizations, migrated by an admin with these attributes.
struct Backed {
    database: TestDatabase,
    options: Options,
    admin: String,
    url: String,
}

impl Backed {
    async fn up(attributes: &str) -> Self {
        let database = TestDatabase::empty().await;
        let options = Options { backup_password: Some("secret".into()), ..own_roles(&database) };
        let name = format!("admin_{}", options.application_role);
        let create = format!(
            "CREATE ROLE {name} LOGIN {attributes} PASSWORD 'secret';
            ALTER DATABASE {} OWNER TO {name};
            CREATE EXTENSION btree_gin; CREATE EXTENSION pg_trgm; CREATE EXTENSION vector;",
            database.name()
        );
        run(&mut admin(database.url()).await, &create).await.unwrap();
        let url = url_for(&database, &name, "secret");
        up(&url, &options).await.unwrap();
        let mut connection = admin(&url).await;
        run(&mut connection, &format!("SET ROLE {}", options.application_role)).await.unwrap();
        seed::organization(&mut connection, 1).await;
        seed::organization(&mut connection, 2).await;
        Self { database, options, admin: name, url }
    }

    fn role(&self) -> &str {
        self.options.backup_role.as_deref().unwrap()
    }

    async fn login(&self) -> PgConnection {
        PgConnection::connect(&url_for(&self.database, self.role(), "secret")).await.unwrap()
    }

    async fn sweep(&self) {
        let mut connection = admin(&self.url).await;
        let act = format!(
            "SET ROLE {}; SELECT ensure_journal_partitions(9), let_backup_read_partitions()",
            self.options.application_role
        );
        run(&mut connection, &act).await.unwrap();
    }

    async fn drop(self) {
        self.database.drop().await;
        drop_roles(&self.options).await;
        run(&mut admin(&admin_url()).await, &format!("DROP ROLE {}", self.admin)).await.unwrap();
    }
}

async fn rights(url: &str, options: &Options) -> BackupRights {
    backup_state(url, options).await.unwrap().rights.unwrap()
}

#[tokio::test]
async fn the_backup_role_reads_every_row_of_every_table() {
    // Only the first may make a role that no policy binds.
    for (attributes, bypasses) in [("CREATEROLE BYPASSRLS", true), ("CREATEROLE", false)] {
        let backed = Backed::up(attributes).await;
        let mut superuser = admin(backed.database.url()).await;
        let version =
            number(&mut superuser, "SELECT current_setting('server_version_num')::int8").await;
        let bypasses = bypasses && version >= 160_000;
        // Partitions that the application makes later count, too.
        for _ in 0..2 {
            let mut backup = backed.login().await;
            let tables: Vec<String> =
                sqlx::query_scalar(TABLES).fetch_all(&mut superuser).await.unwrap();
            assert!(tables.len() > 20);
            for table in tables {
                let count = format!("SELECT count(*) FROM {table}");
                let all = number(&mut superuser, &count).await;
                assert_eq!(number(&mut backup, &count).await, all, "{table}");
            }
            let rights = rights(&backed.url, &backed.options).await;
            assert!(rights.logs_in && !rights.open_to_application, "{rights:?}");
            assert_eq!(rights.bypasses_policies, bypasses);
            assert_eq!(rights.unreadable, [""; 0]);
            backed.sweep().await;
        }
        backed.drop().await;
    }
}

#[tokio::test]
async fn the_backup_role_writes_nothing() {
    for attributes in ["CREATEROLE BYPASSRLS", "CREATEROLE"] {
        let backed = Backed::up(attributes).await;
        let mut backup = backed.login().await;
        for deed in [
            "INSERT INTO feature_flags DEFAULT VALUES",
            "UPDATE projects SET name = 'x'",
            "DELETE FROM audit_logs",
            "TRUNCATE users",
            "CREATE TABLE public.mine (a integer)",
            "SELECT uuid_v7()",
        ] {
            assert_eq!(refusal(run(&mut backup, deed).await), DENIED, "{deed}");
        }
        for role in [&backed.options.application_role, backed.options.owner_role.as_ref().unwrap()]
        {
            let become_it = format!("SET ROLE {role}");
            assert_eq!(refusal(run(&mut backup, &become_it).await), DENIED, "{role}");
        }
        backed.drop().await;
    }
}

#[tokio::test]
async fn the_applications_role_does_not_read_as_the_backup_role() {
    let database = TestDatabase::empty().await;
    let options = Options { application_password: Some("secret".into()), ..own_roles(&database) };
    up(database.url(), &options).await.unwrap();
    let role = options.backup_role.clone().unwrap();
    let url = url_for(&database, &options.application_role, "secret");
    let mut application = PgConnection::connect(&url).await.unwrap();
    let become_it = format!("SET ROLE {role}");
    assert_eq!(refusal(run(&mut application, &become_it).await), DENIED);

    let mut superuser = admin(database.url()).await;
    let open = format!("GRANT {role} TO {}", options.application_role);
    run(&mut superuser, &open).await.unwrap();
    assert!(rights(&url, &options).await.open_to_application);
    let error = up(database.url(), &options).await.unwrap_err();
    assert!(matches!(error, Error::UnsafeRole { .. }), "{error:?}");
    for other in [options.application_role.clone(), options.owner_role.clone().unwrap()] {
        let same = Options { backup_role: Some(other), ..options.clone() };
        assert!(matches!(up(database.url(), &same).await, Err(Error::UnsafeRole { .. })));
    }
    database.drop().await;
    drop_roles(&options).await;
}

#[tokio::test]
async fn a_table_that_the_backup_would_miss_is_named() {
    let backed = Backed::up("CREATEROLE").await;
    let mut superuser = admin(backed.database.url()).await;
    let spoil = format!(
        "DROP POLICY projects_backup ON projects; REVOKE SELECT ON users FROM {}",
        backed.role()
    );
    run(&mut superuser, &spoil).await.unwrap();
    assert_eq!(rights(&backed.url, &backed.options).await.unreadable, ["projects", "users"]);
    // The next run mends it.
    up(&backed.url, &backed.options).await.unwrap();
    assert_eq!(rights(&backed.url, &backed.options).await.unreadable, [""; 0]);
    backed.drop().await;
}
