//! A backup by `pg_dump` as the backup role, restored into another database: docs/backup.md.

use std::{fs, path::Path, process::Command};

use plinth_local_servers::Binaries;
use plinth_testkit::{TestDatabase, admin_url};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions,
};

use crate::support::{Ended, Scratch, ended};

const TABLES: &str = "SELECT c.oid::regclass::text FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1";

/// A superuser, or a login like that of a managed server: it may create roles, and owns the database.
struct Admin {
    scratch: Scratch,
    login: Option<String>,
    application: String,
}

impl Admin {
    async fn new(database: &TestDatabase, is_managed: bool) -> Self {
        let unique = &database.name()[database.name().len() - 12..];
        let login = is_managed.then(|| format!("admin_{unique}"));
        if let Some(login) = &login {
            let create = format!("CREATE ROLE {login} LOGIN CREATEROLE PASSWORD 'secret'");
            sql(&admin_url(), &create).await;
        }
        Self { scratch: Scratch::new(), login, application: format!("app_{unique}") }
    }

    /// The URL of the database for this login, which gets to own it.
    async fn url(&self, database: &TestDatabase) -> String {
        let Some(login) = &self.login else { return database.url().to_owned() };
        let give = format!("ALTER DATABASE {} OWNER TO {login}", database.name());
        sql(database.url(), &give).await;
        sql(
            database.url(),
            "CREATE EXTENSION btree_gin; CREATE EXTENSION pg_trgm; CREATE EXTENSION vector",
        )
        .await;
        let options: PgConnectOptions = database.url().parse().unwrap();
        let url = options.username(login).password("secret").to_url_lossy();
        // libpq knows no parameters of sqlx.
        url.as_str().split('?').next().unwrap().to_owned()
    }

    fn plinth(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        let role = ("PLINTH_DATABASE__APPLICATION_ROLE", &*self.application);
        self.scratch.run(arguments, &[&[role, ("PORT", "0")], variables].concat())
    }
}

async fn sql(url: &str, statements: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute(AssertSqlSafe(statements.to_owned())).await.unwrap();
    connection.close().await.unwrap();
}

/// Each table with its number of rows and a hash of them, as a superuser reads them.
/// The number of rows of each table, and a hash of them. A restored table that inherits has its
/// columns in another order.
async fn rows(database: &TestDatabase) -> Vec<(String, i64, Option<String>)> {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut connection).await.unwrap();
    let mut all = Vec::new();
    for table in tables {
        let hash = format!(
            "SELECT count(*), md5(string_agg(to_jsonb(t)::text, ' ' ORDER BY to_jsonb(t)::text)) \
             FROM {table} t"
        );
        let read = sqlx::query_as(AssertSqlSafe(hash)).fetch_one(&mut connection).await;
        let (count, hash) = read.unwrap();
        all.push((table, count, hash));
    }
    all
}

fn program(name: &str, arguments: &[&str], file: &Path) -> Command {
    let mut command = Binaries::find().unwrap().command(name);
    command.args(arguments).arg(file);
    command
}

#[tokio::test]
async fn a_backup_by_the_backup_role_is_complete_when_it_is_restored() {
    for is_managed in [false, true] {
        let (database, restored) = (TestDatabase::empty().await, TestDatabase::empty().await);
        let admin = Admin::new(&database, is_managed).await;
        let url = admin.url(&database).await;
        let at = [("DATABASE_URL", &*url)];
        admin.plinth(&["migrate", "up"], &at).well();
        admin.plinth(&["seed"], &at).well();

        // The command is the one that doctor tells.
        let report = admin.plinth(&["doctor"], &at).stdout;
        let told = report.lines().find(|line| line.contains("[ok] backup")).expect(&report);
        let told: Vec<_> = told.split('`').nth(1).unwrap().split(' ').collect();
        assert_eq!(told[0], "pg_dump");
        let file = admin.scratch.path().join("plinth.dump");
        let dump = |arguments: &[&str]| {
            let target = ["--dbname", &url, "--file"];
            ended(program("pg_dump", &[arguments, &target].concat(), &file).output().unwrap())
        };
        let [owner, backup] = ["owner", "backup"].map(|kind| format!("{}_{kind}", database.name()));
        let refused = dump(&["--format=custom", &format!("--role={owner}")]).badly(1);
        assert!(refused.contains("row-level security"), "{refused}");
        dump(&told[1..]).well();

        let url = admin.url(&restored).await;
        let at = [
            ("DATABASE_URL", &*url),
            ("PLINTH_DATABASE__OWNER_ROLE", &*owner),
            ("PLINTH_DATABASE__BACKUP_ROLE", &*backup),
        ];
        let roles = admin.plinth(&["migrate", "roles"], &at).well();
        assert!(roles.contains(&format!("owner        {owner}\n")), "{roles}");
        let role = format!("--role={owner}");
        let restore = ["--no-owner", &*role, "--no-comments", "--exit-on-error", "--dbname", &*url];
        ended(program("pg_restore", &restore, &file).output().unwrap()).well();

        let whole = rows(&database).await;
        assert!(whole.iter().filter(|(_, count, _)| *count > 0).count() >= 8, "{whole:?}");
        assert_eq!(rows(&restored).await, whole);
        // The names of the roles are found in the restored database.
        let at = [("DATABASE_URL", &*url)];
        assert!(admin.plinth(&["migrate", "up"], &at).well().contains("up to date"));
        let verified = admin.plinth(&["audit", "verify"], &at).well();
        assert_eq!(verified.lines().filter(|line| line.starts_with("ok  ")).count(), 2);
        let report = admin.plinth(&["doctor"], &at).stdout;
        for line in ["[ok] backup", "[ok] schema", "[ok] role"] {
            assert!(report.contains(line), "{line} is not in: {report}");
        }

        fs::remove_file(&file).unwrap();
        for database in [database, restored] {
            database.drop().await;
        }
        let login = admin.login.iter().map(String::as_str);
        for role in [&*owner, &*backup, &*admin.application].into_iter().chain(login) {
            sql(&admin_url(), &format!("DROP ROLE {role}")).await;
        }
    }
}
