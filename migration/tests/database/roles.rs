//! The roles: created once for all databases of a server, by any admin.

use plinth_migration::{Error, Options, down, status, up};
use plinth_testkit::{TestDatabase, admin_url};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

use crate::session::{DENIED, admin, number, options, refusal, run};

/// Options with roles that no other test uses, named after the database.
pub fn own_roles(database: &TestDatabase) -> Options {
    let unique = &database.name()[database.name().len() - 12..];
    Options {
        application_role: format!("app_{unique}"),
        owner_role: Some(format!("owner_{unique}")),
        backup_role: Some(format!("backup_{unique}")),
        ..Options::default()
    }
}

/// Roles remain when a database is dropped, so each test drops its roles.
pub async fn drop_roles(options: &Options) {
    let mut admin = admin(&admin_url()).await;
    let roles = [
        Some(&options.application_role),
        options.owner_role.as_ref(),
        options.backup_role.as_ref(),
    ];
    for role in roles.into_iter().flatten() {
        run(&mut admin, &format!("DROP ROLE IF EXISTS {role}")).await.unwrap();
    }
}

fn owner(options: &Options) -> &str {
    options.owner_role.as_deref().unwrap()
}

/// The database's URL for another login.
pub fn url_for(database: &TestDatabase, user: &str, password: &str) -> String {
    let options: PgConnectOptions = database.url().parse().unwrap();
    options.username(user).password(password).to_url_lossy().to_string()
}

#[tokio::test]
async fn two_databases_migrated_at_once_share_their_new_roles() {
    let (one, other) = (TestDatabase::empty().await, TestDatabase::empty().await);
    let options = own_roles(&one);

    let (first, second) = tokio::join!(up(one.url(), &options), up(other.url(), &options));

    assert!(!first.unwrap().applied.is_empty() && !second.unwrap().applied.is_empty());
    one.drop().await;
    other.drop().await;
    drop_roles(&options).await;
}

#[tokio::test]
async fn the_applications_role_logs_in_with_its_password() {
    let database = TestDatabase::empty().await;
    let password = r"it's a \ $1 %L pass'word";
    let options = Options { application_password: Some(password.into()), ..own_roles(&database) };
    up(database.url(), &options).await.unwrap();

    let url = url_for(&database, &options.application_role, password);
    let mut application = PgConnection::connect(&url).await.unwrap();

    assert_eq!(number(&mut application, "SELECT count(*) FROM projects").await, 0);
    assert!(status(&url, &options).await.unwrap().iter().all(|step| step.applied));
    // A later run of another replica, without a password, keeps the login.
    up(database.url(), &Options { application_password: None, ..options.clone() }).await.unwrap();
    PgConnection::connect(&url).await.unwrap();
    database.drop().await;
    drop_roles(&options).await;
}

/// Like on a managed server: the admin may create roles and owns the database, but has no other
/// privileges. The extensions exist: without the provider's support, `vector` needs a superuser.
#[tokio::test]
async fn an_admin_that_is_no_superuser_can_do_it_all() {
    let database = TestDatabase::empty().await;
    let options = own_roles(&database);
    let name = format!("admin_{}", owner(&options));
    let mut superuser = admin(database.url()).await;
    let create = format!(
        "CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'secret'; ALTER DATABASE {} OWNER TO {name};
        CREATE EXTENSION pg_trgm; CREATE EXTENSION vector;",
        database.name()
    );
    run(&mut superuser, &create).await.unwrap();
    let url = url_for(&database, &name, "secret");

    assert!(!up(&url, &options).await.unwrap().applied.is_empty());
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let act = format!("SET ROLE {}; SELECT FROM projects", options.application_role);
    run(&mut connection, &act).await.unwrap();
    down(&url, &options, None).await.unwrap();
    up(&url, &options).await.unwrap();

    database.drop().await;
    drop_roles(&options).await;
    run(&mut admin(&admin_url()).await, &format!("DROP ROLE {name}")).await.unwrap();
}

#[tokio::test]
async fn a_role_that_no_policy_binds_is_refused_and_left_as_it_is() {
    let database = TestDatabase::empty().await;
    let mut connection = admin(database.url()).await;
    let superuser: String =
        sqlx::query_scalar("SELECT current_user::text").fetch_one(&mut connection).await.unwrap();
    let owner_role = own_roles(&database).owner_role;
    let options = Options {
        application_role: superuser,
        owner_role,
        application_password: Some("overwritten".into()),
        ..Options::default()
    };

    let error = up(database.url(), &options).await.unwrap_err();

    assert!(matches!(error, Error::UnsafeRole { .. }), "{error:?}");
    admin(database.url()).await;
    let made = format!("SELECT count(*) FROM pg_roles WHERE rolname = '{}'", owner(&options));
    assert_eq!(number(&mut connection, &made).await, 0);
    database.drop().await;
}

#[tokio::test]
async fn a_role_that_may_become_the_owner_is_refused() {
    let database = TestDatabase::empty().await;
    let options = own_roles(&database);
    let (application_role, owner_role) = (&options.application_role, owner(&options));
    let sql = format!(
        "CREATE ROLE {application_role}; CREATE ROLE {owner_role}; GRANT {owner_role} TO {application_role}"
    );
    run(&mut admin(database.url()).await, &sql).await.unwrap();

    let error = up(database.url(), &options).await.unwrap_err();

    assert!(matches!(error, Error::UnsafeRole { .. }), "{error:?}");
    database.drop().await;
    drop_roles(&options).await;
}

#[tokio::test]
async fn a_name_that_would_break_out_of_a_statement_is_refused() {
    let database = TestDatabase::empty().await;

    for name in ["", "a b", "a;drop", "\"a\"", "Ä", "1a", "pg_app", &"a".repeat(64)] {
        let options = Options { application_role: name.to_owned(), ..Options::default() };
        let error = up(database.url(), &options).await.unwrap_err();
        assert!(matches!(error, Error::RoleName { .. }), "{name:?}: {error:?}");
    }
    let same = Options { application_role: "plinth_owner".to_owned(), ..options() };
    assert!(matches!(up(database.url(), &same).await, Err(Error::UnsafeRole { .. })));

    database.drop().await;
}

#[tokio::test]
async fn an_error_shows_no_password() {
    let database = TestDatabase::empty().await;
    let unknown = url_for(&database, "unknown_login", "hunter2");

    for url in [unknown.as_str(), "postgres//user:hunter2@nowhere"] {
        let error = up(url, &Options::default()).await.unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert!(!format!("{error} {source:?} {error:?}").contains("hunter2"), "{error:?}");
    }
    let options = Options { application_password: Some("hunter2".into()), ..own_roles(&database) };
    assert!(!format!("{options:?}").contains("hunter2"));

    // An admin who may use the roles, but not change their passwords.
    let (application_role, owner_role) = (&options.application_role, owner(&options));
    let backup_role = options.backup_role.as_deref().unwrap();
    let name = format!("admin_{owner_role}");
    let sql = format!(
        "CREATE ROLE {application_role}; CREATE ROLE {owner_role}; CREATE ROLE {backup_role};
        CREATE ROLE {name} LOGIN PASSWORD 'secret'
            IN ROLE {application_role}, {owner_role}, {backup_role};
        ALTER DATABASE {} OWNER TO {name}",
        database.name()
    );
    run(&mut admin(database.url()).await, &sql).await.unwrap();
    let error = up(&url_for(&database, &name, "secret"), &options).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("setting the password") && !shown.contains("hunter2"), "{shown}");
    database.drop().await;
    drop_roles(&options).await;
    run(&mut admin(&admin_url()).await, &format!("DROP ROLE {name}")).await.unwrap();
}

#[tokio::test]
async fn an_unreachable_server_is_named_as_the_cause() {
    let error = up("postgres://127.0.0.1:1/database", &Options::default()).await.unwrap_err();

    assert!(matches!(&error, Error::Connect(sqlx::Error::Io(_))), "{error:?}");
}

const OWNERS: &str = "SELECT DISTINCT relowner::regrole::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'pg%'";

async fn owners(database: &TestDatabase) -> Vec<String> {
    sqlx::query_scalar(OWNERS).fetch_all(&mut admin(database.url()).await).await.unwrap()
}

/// An owner could read the tables of the other installation, and change them.
#[tokio::test]
async fn two_installations_on_one_server_do_not_share_an_owner() {
    let (one, other) = (TestDatabase::empty().await, TestDatabase::empty().await);
    for database in [&one, &other] {
        up(database.url(), &Options::default()).await.unwrap();
        assert_eq!(owners(database).await, [format!("{}_owner", database.name())]);
    }
    let mut connection = admin(one.url()).await;
    for kind in ["owner", "backup"] {
        let act = format!("SET ROLE {}_{kind}; SELECT FROM projects", other.name());
        assert_eq!(refusal(run(&mut connection, &act).await), DENIED, "{kind}");
    }
    one.drop().await;
    other.drop().await;
}

/// Earlier builds named it `plinth_owner` in every database.
#[tokio::test]
async fn the_owner_of_an_existing_schema_is_kept() {
    let database = TestDatabase::empty().await;
    let roles = own_roles(&database);
    up(database.url(), &roles).await.unwrap();
    down(database.url(), &roles, Some(2)).await.unwrap();

    let later = Options { owner_role: None, ..roles.clone() };
    assert_eq!(up(database.url(), &later).await.unwrap().applied.len(), 2);
    assert_eq!(owners(&database).await, [owner(&roles)]);
    let made = format!("SELECT count(*) FROM pg_roles WHERE rolname = '{}_owner'", database.name());
    assert_eq!(number(&mut admin(database.url()).await, &made).await, 0);
    database.drop().await;
    drop_roles(&roles).await;
}
