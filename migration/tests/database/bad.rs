//! Statements that violate one rule each, as wrong migrations would contain them.

use plinth_migration::{
    search::Names,
    tenancy::{COLUMNS, Tenancy},
};

use crate::rules::RULES;

/// A statement of the owner's role, and the violation that the check must find.
pub struct Case {
    pub deed: String,
    pub rule: &'static str,
    pub found: &'static str,
}

/// A tenant table `bad` that follows every rule until `change` is applied.
fn table(extra: &str, change: &str) -> String {
    let protect = Tenancy::new("plinth_app").protect("bad");
    format!("CREATE TABLE bad ({COLUMNS}{extra}); {protect} {change};")
}

/// A tenant table `bad` with other common columns.
fn columns(from: &str, to: &str) -> String {
    assert!(COLUMNS.contains(from), "{from} is no part of the common columns");
    table("", "").replace(from, to)
}

/// The statement, and the only violation that it must cause: of the rule whose name begins with
/// `rule_begins`.
fn case(rule_begins: &str, found: &'static str, deed: String) -> Case {
    let rule = RULES.iter().map(|&(rule, _)| rule).find(|rule| rule.starts_with(rule_begins));
    Case { deed, rule: rule.unwrap_or_else(|| panic!("no rule {rule_begins:?}")), found }
}

pub fn cases() -> Vec<Case> {
    [in_the_table(), in_its_policies(), in_its_grants(), in_its_search(), beside_it()]
        .into_iter()
        .flatten()
        .collect()
}

fn in_the_table() -> Vec<Case> {
    vec![
        case(
            "tenant tables",
            "bad.created_at",
            columns("created_at timestamptz NOT NULL DEFAULT now(),", ""),
        ),
        case(
            "tenant tables",
            "bad.updated_at",
            columns("updated_at timestamptz NOT NULL", "updated_at timestamptz"),
        ),
        case("tenant tables", "bad.version", columns("version bigint", "version integer")),
        case("tenant tables", "bad.id", columns("DEFAULT gen_random_uuid()", "")),
        case(
            "the primary key",
            "bad",
            columns("KEY (organization_id, id)", "KEY (organization_id, id, version)"),
        ),
        case(
            "the primary key",
            "bad",
            columns("KEY (organization_id, id)", "KEY (organization_id)"),
        ),
        case("organization_id refers", "bad", columns(" REFERENCES organizations (id)", "")),
        case(
            "foreign keys of",
            "bad.bad_user_id_fkey",
            table(", user_id uuid REFERENCES users (id)", "CREATE INDEX ON bad (user_id)"),
        ),
        case(
            "foreign keys of",
            "bad.bad_user_id_organization_id_fkey",
            table(
                ", user_id uuid",
                "ALTER TABLE projects ADD sneaky uuid; \
                 CREATE UNIQUE INDEX ON projects (organization_id, sneaky); \
                 ALTER TABLE bad ADD FOREIGN KEY (user_id, organization_id) \
                     REFERENCES projects (organization_id, sneaky); \
                 CREATE INDEX ON bad (organization_id, user_id)",
            ),
        ),
        case("a column called", "bad.project_id", table(", project_id uuid", "")),
        case(
            "stored JSON",
            "bad.data",
            table(", data jsonb CHECK (jsonb_typeof(data) = 'object')", ""),
        ),
        case(
            "foreign keys have",
            "bad.bad_organization_id_project_id_fkey",
            table(
                ", project_id uuid, \
                 FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)",
                "",
            ),
        ),
        case(
            "foreign keys have",
            "memberships.memberships_user_id_fkey",
            "DROP INDEX memberships_user_id_idx".to_owned(),
        ),
        case(
            "foreign keys have",
            "bad.bad_tenant_fkey",
            table(
                "",
                "ALTER TABLE bad ADD CONSTRAINT bad_tenant_fkey \
                     FOREIGN KEY (organization_id) REFERENCES organizations (id) NOT VALID",
            ),
        ),
        case("unique indexes", "bad_number_key", table(", number integer UNIQUE", "")),
        case(
            "unique indexes",
            "bad_lower_idx",
            table(", t text", "CREATE UNIQUE INDEX ON bad (lower(t COLLATE \"C\"))"),
        ),
        case(
            "indexed text",
            "bad_organization_id_t_idx",
            table(", t text", "CREATE INDEX ON bad (organization_id, t)"),
        ),
        case(
            "the triggers",
            "bad.stamp",
            table(
                "",
                "CREATE TRIGGER stamp BEFORE UPDATE ON bad FOR EACH ROW \
                 EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            ),
        ),
    ]
}

fn in_its_policies() -> Vec<Case> {
    vec![
        case("row level security", "bad", table("", "ALTER TABLE bad NO FORCE ROW LEVEL SECURITY")),
        case("row level security", "bad", table("", "ALTER TABLE bad DISABLE ROW LEVEL SECURITY")),
        case(
            "row level security",
            "audit_logs_default",
            "ALTER TABLE audit_logs_default DISABLE ROW LEVEL SECURITY".to_owned(),
        ),
        case(
            "the policies",
            "bad lacks the policy bad_tenant",
            table("", "DROP POLICY bad_tenant ON bad"),
        ),
        case(
            "the policies",
            "bad has the policy more",
            table("", "CREATE POLICY more ON bad FOR SELECT USING (true)"),
        ),
        case(
            "the policies",
            "bad has the policy bad_system",
            table(
                "",
                "CREATE POLICY bad_system ON bad \
                 USING ((SELECT current_setting('app.scope', true) = 'system'))",
            ),
        ),
        case(
            "the policies",
            "bad has the policy less",
            table("", "CREATE POLICY less ON bad AS RESTRICTIVE USING (true)"),
        ),
        case(
            "the policies",
            "memberships lacks the policy memberships_system",
            "DROP POLICY memberships_system ON memberships".to_owned(),
        ),
    ]
}

fn in_its_grants() -> Vec<Case> {
    let surplus = |found, privilege: &str| {
        case("the application's role has its", found, table("", &format!("GRANT {privilege}")))
    };
    vec![
        surplus("bad has TRUNCATE for plinth_app", "TRUNCATE ON bad TO plinth_app"),
        surplus("bad has REFERENCES for plinth_app", "REFERENCES ON bad TO plinth_app"),
        surplus("bad has TRIGGER for plinth_app", "TRIGGER ON bad TO plinth_app"),
        surplus("bad has SELECT for PUBLIC", "SELECT ON bad TO PUBLIC"),
        surplus("audit_logs has UPDATE for plinth_app", "UPDATE ON audit_logs TO plinth_app"),
        surplus(
            "audit_logs.outcome has UPDATE for plinth_app",
            "UPDATE (outcome) ON audit_logs TO plinth_app",
        ),
        surplus(
            "audit_logs_default has SELECT for plinth_app",
            "SELECT ON audit_logs_default TO plinth_app",
        ),
        case(
            "the application's role has its",
            "bad lacks DELETE for plinth_app",
            table("", "REVOKE DELETE ON bad FROM plinth_app"),
        ),
    ]
}

fn in_its_search() -> Vec<Case> {
    const SEARCHED: Names<'_> = Names { table: "bad", of: &["t"] };
    let searched = |change: &str| {
        let column = format!(", t text COLLATE \"C\", {}", SEARCHED.columns());
        table(&column, &format!("{} {change}", SEARCHED.found(Tenancy::new("plinth_app"))))
    };
    // Some versions of PostgreSQL refuse it.
    let other = "ALTER TABLE bad ADD other text GENERATED ALWAYS AS (upper(t)) STORED; RESET ROLE; \
        UPDATE pg_attrdef d SET adbin = o.adbin FROM pg_attrdef o, pg_attribute a, pg_attribute b \
        WHERE a.attrelid = 'bad'::regclass AND a.attname = 'search' AND d.adrelid = a.attrelid \
            AND d.adnum = a.attnum AND b.attrelid = a.attrelid AND b.attname = 'other' \
            AND o.adrelid = a.attrelid AND o.adnum = b.attnum";
    vec![
        case(
            "tables inherit",
            "found_bad has 0 children",
            searched("ALTER TABLE bad NO INHERIT found_bad"),
        ),
        case(
            "tables inherit",
            "worse inherits from bad",
            format!(
                "{} {} ALTER TABLE worse INHERIT bad",
                table("", ""),
                table("", "").replace("bad", "worse"),
            ),
        ),
        case(
            "tables inherit",
            "found_bad may have rows",
            searched("ALTER TABLE found_bad DROP CONSTRAINT found_bad_empty"),
        ),
        case("tables inherit", "found_bad.search has another expression", searched(other)),
        case(
            "tables inherit",
            "bad has no index for the search",
            searched("DROP INDEX bad_search_idx"),
        ),
        case(
            "row level security",
            "found_bad",
            searched("ALTER TABLE found_bad NO FORCE ROW LEVEL SECURITY"),
        ),
        case(
            "the policies",
            "found_bad has the policy more",
            searched("CREATE POLICY more ON found_bad FOR SELECT USING (true)"),
        ),
        case(
            "the policies",
            "found_bad lacks the policy found_bad_tenant",
            searched("DROP POLICY found_bad_tenant ON found_bad"),
        ),
        case(
            "the application's role has its",
            "found_bad has UPDATE for plinth_app",
            searched("GRANT UPDATE ON found_bad TO plinth_app"),
        ),
    ]
}

fn beside_it() -> Vec<Case> {
    let as_admin = |deed: &str| format!("RESET ROLE; {deed}");
    vec![
        case(
            "tables are in",
            "other.t",
            as_admin("CREATE SCHEMA other; CREATE TABLE other.t (a integer)"),
        ),
        case(
            "everything belongs",
            "bad belongs to pg_monitor",
            table("", "RESET ROLE; ALTER TABLE bad OWNER TO pg_monitor"),
        ),
        case(
            "the application's role has no",
            "plinth_app may create objects in public",
            as_admin("GRANT CREATE ON SCHEMA public TO plinth_app"),
        ),
        case(
            "the application's role has no",
            "plinth_app is a member of pg_monitor",
            as_admin("GRANT pg_monitor TO plinth_app"),
        ),
        case("views are", "shown", "CREATE VIEW shown AS SELECT id FROM projects".to_owned()),
        case(
            "views are",
            "shown",
            "CREATE MATERIALIZED VIEW shown AS SELECT id FROM projects".to_owned(),
        ),
        case(
            "functions are",
            "f() is SECURITY DEFINER without a pinned search_path",
            "CREATE FUNCTION f() RETURNS integer SECURITY DEFINER LANGUAGE sql RETURN 1; \
             REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC"
                .to_owned(),
        ),
        case(
            "functions are",
            "f() may be called by PUBLIC",
            "CREATE FUNCTION f() RETURNS integer LANGUAGE sql RETURN 1".to_owned(),
        ),
    ]
}
