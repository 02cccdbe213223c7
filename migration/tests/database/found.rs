//! Search under row level security: what is found, what is not, and by which index.

use plinth_migration::{Options, down, status, up};
use plinth_testkit::TestDatabase;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::{
    seed,
    session::{DENIED, admin, application, begin_tenant, number, options, refusal, run},
};

const WORD: &str = "SELECT set_config('app.search_words', '''w77''', true)";
const NAME: &str = "SELECT set_config('app.search_text', 'plan 77 ', true),
    set_config('app.search_alike', '', true)";
const ALIKE: &str = "SELECT set_config('app.search_text', 'brücken', true),
    set_config('app.search_alike', 'brücken', true)";

/// Two organizations with the same names and texts, and statistics. Everything is found in both.
async fn filled() -> (TestDatabase, PgConnection, [Uuid; 2]) {
    let database = TestDatabase::create().await;
    let mut application = application(database.url()).await;
    let both = [
        seed::organization(&mut application, 1).await,
        seed::organization(&mut application, 2).await,
    ];
    let mut admin = admin(database.url()).await;
    for organization in both {
        let rows = format!(
            "BEGIN; SET CONSTRAINTS ALL DEFERRED;
            INSERT INTO projects (organization_id, code, name, status)
            SELECT '{organization}', 'P-' || n, 'Plan ' || n || ' Brücke ' || md5(n::text), 'active'
            FROM generate_series(1, 3000) n;
            CREATE TEMP TABLE ids ON COMMIT DROP AS
            SELECT n, gen_random_uuid() AS d, gen_random_uuid() AS v FROM generate_series(1, 3000) n;
            INSERT INTO documents (organization_id, id, name, kind, status, current_version_id)
            SELECT '{organization}', d, 'Plan ' || n || ' Brücke ' || md5(n::text), 'pdf', 'ready', v FROM ids;
            INSERT INTO document_versions (organization_id, id, document_id, number, content_type,
                size_bytes, storage_key, status, job_id)
            SELECT '{organization}', v, d, 1, 'application/pdf', 1,
                'org/{organization}/doc/' || d || '/' || v, 'ready', v FROM ids;
            INSERT INTO document_texts (organization_id, id, words)
            SELECT '{organization}', d, 'beton w' || n || ' ' || repeat(md5(n::text), 20) FROM ids;
            COMMIT"
        );
        run(&mut admin, &rows).await.unwrap();
    }
    run(&mut admin, "VACUUM ANALYZE").await.unwrap();
    (database, application, both)
}

async fn count(connection: &mut PgConnection, table: &str) -> i64 {
    number(connection, &format!("SELECT count(*) FROM {table}")).await
}

/// The plan that serves every value.
async fn plan(connection: &mut PgConnection, table: &str) -> String {
    let sql = format!("EXPLAIN SELECT id FROM {table} LIMIT 1001");
    let lines: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap();
    lines.join("\n")
}

#[tokio::test]
async fn what_is_found_is_read_by_the_index_on_tenant_and_text() {
    let (database, mut application, [ours, _]) = filled().await;
    run(&mut application, "SET plan_cache_mode = force_generic_plan").await.unwrap();
    begin_tenant(&mut application, ours).await;
    for (table, settings, conditions) in [
        ("found_document_texts", WORD, vec!["search @@"]),
        ("found_projects", NAME, vec!["search ~~", "search %>"]),
        ("found_documents", ALIKE, vec!["search ~~", "search %>"]),
    ] {
        run(&mut application, settings).await.unwrap();
        let plan = plan(&mut application, table).await;
        let index = format!("Bitmap Index Scan on {}_search_idx", table.replace("found_", ""));
        assert_eq!(plan.matches(&index).count(), conditions.len(), "{plan}");
        for condition in conditions {
            let line = plan.lines().find(|l| l.contains("Index Cond") && l.contains(condition));
            let line = line.unwrap_or_else(|| panic!("no index on {condition}\n{plan}"));
            assert!(line.contains("organization_id = "), "{plan}");
        }
        assert!(!plan.contains("Seq Scan on projects"), "{plan}");
    }
    database.drop().await;
}

#[tokio::test]
async fn a_search_finds_rows_of_its_organization_only() {
    let (database, mut application, both) = filled().await;
    for organization in both {
        begin_tenant(&mut application, organization).await;
        for (table, settings, found) in [
            ("found_document_texts", WORD, 1),
            ("found_projects", NAME, 1),
            ("found_documents", NAME, 1),
            ("found_projects", ALIKE, 3000),
        ] {
            run(&mut application, settings).await.unwrap();
            assert_eq!(count(&mut application, table).await, found, "{table} {settings}");
            let foreign = format!("{table} WHERE organization_id <> '{organization}'");
            assert_eq!(count(&mut application, &foreign).await, 0);
        }
        run(&mut application, "COMMIT").await.unwrap();
    }
    database.drop().await;
}

/// A function that costs nothing is called first, where the planner may choose.
#[tokio::test]
async fn no_condition_of_a_query_sees_a_row_of_another_organization() {
    let (database, mut application, [ours, theirs]) = filled().await;
    let mut admin = admin(database.url()).await;
    let spy = "CREATE TABLE seen (organization_id uuid);
        CREATE FUNCTION spy(uuid) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
            BEGIN INSERT INTO seen VALUES ($1); RETURN true; END $$;
        GRANT INSERT, SELECT ON seen TO plinth_app";
    run(&mut admin, spy).await.unwrap();
    begin_tenant(&mut application, ours).await;
    for (table, settings) in
        [("found_document_texts", WORD), ("found_projects", NAME), ("found_documents", ALIKE)]
    {
        run(&mut application, settings).await.unwrap();
        for condition in [
            "spy(organization_id)".to_owned(),
            format!("1 / (CASE WHEN organization_id = '{theirs}' THEN 0 ELSE 1 END) = 1"),
            "search::text <> '' AND spy(organization_id)".to_owned(),
        ] {
            let rows = count(&mut application, &format!("{table} WHERE {condition}")).await;
            assert!(rows > 0, "{table} {condition}");
        }
    }
    let foreign = format!("seen WHERE organization_id <> '{ours}'");
    assert_eq!(count(&mut application, &foreign).await, 0);
    assert!(count(&mut application, "seen").await > 0);
    database.drop().await;
}

#[tokio::test]
async fn what_would_walk_the_whole_index_finds_nothing() {
    let (database, mut application, [ours, _]) = filled().await;
    begin_tenant(&mut application, ours).await;
    for words in ["", "!''w77''", "''beton'' | !''w77''", "''w7'':*", "''beton'':A"] {
        let set = format!("SELECT set_config('app.search_words', '{words}', true)");
        run(&mut application, &set).await.unwrap();
        assert_eq!(count(&mut application, "found_document_texts").await, 0, "{words}");
    }
    for text in ["", "%", "pl", "7_", "a b c", "--%--", "ü"] {
        let set = format!(
            "SELECT set_config('app.search_text', '{text}', true),
                set_config('app.search_alike', '{text}', true)"
        );
        run(&mut application, &set).await.unwrap();
        for table in ["found_projects", "found_documents"] {
            assert_eq!(count(&mut application, table).await, 0, "{text}");
        }
    }
    database.drop().await;
}

#[tokio::test]
async fn what_is_looked_for_ends_with_its_transaction() {
    let (database, mut application, [ours, _]) = filled().await;
    for end in ["COMMIT", "ROLLBACK"] {
        begin_tenant(&mut application, ours).await;
        for settings in [WORD, NAME] {
            run(&mut application, settings).await.unwrap();
        }
        assert_eq!(count(&mut application, "found_projects").await, 1);
        run(&mut application, end).await.unwrap();
        begin_tenant(&mut application, ours).await;
        for table in ["found_document_texts", "found_projects", "found_documents"] {
            assert_eq!(count(&mut application, table).await, 0, "{table}");
        }
        run(&mut application, "ROLLBACK").await.unwrap();
    }
    database.drop().await;
}

#[tokio::test]
async fn nothing_is_written_by_way_of_what_is_found() {
    let (database, mut application, [ours, _]) = filled().await;
    for deed in [
        "UPDATE found_projects SET name = 'x'",
        "DELETE FROM found_document_texts",
        "INSERT INTO found_documents (name) VALUES ('x')",
        "TRUNCATE found_projects",
    ] {
        begin_tenant(&mut application, ours).await;
        assert_eq!(refusal(run(&mut application, deed).await), DENIED, "{deed}");
        run(&mut application, "ROLLBACK").await.unwrap();
    }
    database.drop().await;
}

/// What an earlier version has stored is found by what PostgreSQL can make of it, and the version
/// before finds what this one has stored.
#[tokio::test]
async fn rows_of_another_version_are_found() {
    let database = TestDatabase::empty().await;
    let (url, options) = (database.url(), options());
    up(url, &options).await.unwrap();
    let mut application = application(url).await;
    let ours = seed::organization(&mut application, 1).await;
    down_to_before(url, &options, "m0025_search").await;
    let contents = [
        (
            "Beton/Stahl TGA.Heizung „Nord“–Süd 12-34 a@b.de",
            vec!["stahl", "heizung", "nord", "süd"],
        ),
        ("Bru\u{308}cke Ｂｅｔｏｎ proﬁl", vec!["brücke", "beton", "profil"]),
        ("橋の基礎工事、第3章 Plan/B", vec!["基礎", "工", "工事", "plan", "b"]),
        ("สะพาน ก", vec!["สะ", "ก"]),
        ("", vec![]),
    ];
    for (content, words) in contents {
        let mut admin = admin(url).await;
        let write = format!("UPDATE document_texts SET content = '{content}'");
        run(&mut admin, &write).await.unwrap();
        up(url, &options).await.unwrap();
        begin_tenant(&mut application, ours).await;
        for word in words {
            let set = format!("SELECT set_config('app.search_words', '''{word}''', true)");
            run(&mut application, &set).await.unwrap();
            assert_eq!(count(&mut application, "found_document_texts").await, 1, "{word}");
        }
        let set = "SELECT set_config('app.search_text', 'über', true)";
        run(&mut application, set).await.unwrap();
        assert_eq!(count(&mut application, "found_projects").await, 1);
        run(&mut application, "ROLLBACK").await.unwrap();
        down_to_before(url, &options, "m0025_search").await;
        let kept = format!("document_texts WHERE content = '{content}'");
        assert_eq!(count(&mut admin, &kept).await, 1, "{content}");
    }
    up(url, &options).await.unwrap();
    let mut admin = admin(url).await;
    let long = "UPDATE document_texts SET content = '', words = (
        SELECT string_agg('ä' || n, ' ') FROM generate_series(1, 120000) n)";
    run(&mut admin, long).await.unwrap();
    down_to_before(url, &options, "m0025_search").await;
    let found = "document_texts WHERE search @@ 'ä7' AND content LIKE 'ä1 ä2 %'";
    assert_eq!(count(&mut admin, found).await, 1);
    database.drop().await;
}

async fn down_to_before(url: &str, options: &Options, step: &str) {
    let names: Vec<_> = status(url, options).await.unwrap().into_iter().map(|s| s.name).collect();
    let later = names.len() - names.iter().position(|name| name == step).unwrap();
    down(url, options, Some(u32::try_from(later).unwrap())).await.unwrap();
}
