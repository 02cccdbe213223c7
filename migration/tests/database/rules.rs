//! The rules of tenancy, each as a query for its violations.
//!
//! The expected texts are repeated here on purpose, so that an error in `tenancy.rs` is detected.

/// Name and query of every rule. The views are those of `catalogue.rs`.
pub const RULES: &[(&str, &str)] = &[
    ("tables are in the schema public", ELSEWHERE),
    ("tenant tables have the common columns", COLUMNS),
    ("the primary key is (organization_id, id)", PRIMARY_KEY),
    ("organization_id refers to organizations", TENANT),
    ("foreign keys of tenant tables begin with organization_id on both sides", FOREIGN_KEYS),
    ("a column called …_id is a foreign key", REFERENCES),
    ("foreign keys have an index and are validated", FOREIGN_KEY_INDEXES),
    ("unique indexes begin with organization_id", UNIQUE),
    ("indexed text is COLLATE \"C\"", COLLATION),
    ("the triggers number the journal, mark changes, and keep what was agreed", TRIGGERS),
    ("stored JSON has a bound", JSON_BOUNDS),
    ("tables inherit only for the search: from an empty parent with the same columns", FOUND),
    ("row level security is enabled and forced", ROW_SECURITY),
    ("the policies are those of tenancy.rs", POLICIES),
    ("the application's role has its grants, the backup role reads, and no other role may", GRANTS),
    ("everything belongs to the owner's role", OWNER),
    ("the application's role has no power", POWER),
    ("views are security_invoker", VIEWS),
    ("functions are pinned, and the application's role may call a few", FUNCTIONS),
];

const ELSEWHERE: &str = "
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND n.nspname NOT IN ('public', 'pg_catalog', 'information_schema', 'pg_toast')
        AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'";

const COLUMNS: &str = "
    SELECT format('%s.%s', t.name, w.name) FROM tenants t CROSS JOIN (VALUES
        ('organization_id', 'uuid', NULL),
        ('id', 'uuid', 'gen_random_uuid()'),
        ('created_at', 'timestamp with time zone', 'now()'),
        ('updated_at', 'timestamp with time zone', 'now()'),
        ('version', 'bigint', '1')
    ) w (name, type, value)
    WHERE NOT EXISTS (
        SELECT FROM pg_attribute a
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = t.oid AND a.attname = w.name AND a.attnotnull AND NOT a.attisdropped
            AND format_type(a.atttypid, a.atttypmod) = w.type
            -- A partitioned table is partitioned by id, which must then tell the time.
            AND pg_get_expr(d.adbin, d.adrelid) IS NOT DISTINCT FROM
                CASE WHEN t.relkind = 'p' AND w.name = 'id' THEN 'uuid_v7()' ELSE w.value END)";

const PRIMARY_KEY: &str = "
    SELECT t.name FROM tenants t WHERE NOT EXISTS (
        SELECT FROM constraints c
        WHERE c.conrelid = t.oid AND c.contype = 'p' AND c.columns = '{organization_id,id}')";

// What belongs to an entry of the journal is written for an entry only, whose own key holds.
const TENANT: &str = "
    SELECT t.name FROM tenants t
    WHERE t.name NOT IN ('journal_pending', 'journal_sequence') AND NOT EXISTS (
        SELECT FROM constraints c
        WHERE c.conrelid = t.oid AND c.contype = 'f' AND c.columns = '{organization_id}'
            AND c.confrelid = 'organizations'::regclass AND c.targets = '{id}')";

// The exceptions refer to what no organization owns: a user may be a member of several organizations,
// and what a former member created stays; a flag belongs to the installation.
const FOREIGN_KEYS: &str = "
    SELECT format('%s.%s', t.name, c.conname) FROM constraints c
    JOIN tables t ON t.oid = c.conrelid JOIN tables p ON p.oid = c.confrelid
    WHERE c.contype = 'f' AND (t.oid IN (SELECT oid FROM tenants) OR p.oid IN (SELECT oid FROM tenants))
        AND (c.columns[1], c.targets[1]) <> ('organization_id',
            CASE p.name WHEN 'organizations' THEN 'id' ELSE 'organization_id' END)
        AND c.conname NOT IN ('memberships_user_id_fkey', 'invitations_invited_by_fkey',
            'api_keys_created_by_fkey', 'uploads_created_by_fkey', 'prompt_versions_created_by_fkey',
            'evaluations_created_by_fkey', 'comments_author_id_fkey', 'notifications_actor_id_fkey',
            'feature_flag_overrides_flag_key_fkey')";

// Columns without a foreign key: a family has no table; an actor or subject may be in any table, or
// removed; a job is swept before its version; the target of an upload may not exist yet, or not any
// more; the criteria of an evaluation refer to its evaluators, and items go with their data set.
const REFERENCES: &str = "
    SELECT format('%s.%s', t.name, a.attname) FROM tenants t JOIN pg_attribute a ON a.attrelid = t.oid
    WHERE a.attname LIKE '%\\_id' AND a.attname <> 'organization_id' AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
        AND format('%s.%s', t.name, a.attname)
            NOT IN ('sessions.family_id', 'audit_logs.actor_id', 'audit_logs.subject_id',
                'audit_logs.project_id', 'document_versions.job_id', 'uploads.document_id',
                'uploads.document_version_id', 'uploads.project_id', 'evaluation_results.item_id',
                'evaluation_results.evaluator_id')
        AND NOT EXISTS (SELECT FROM constraints c
            WHERE c.conrelid = t.oid AND c.contype = 'f' AND a.attname = ANY (c.columns))";

// A global row that others refer to without any action on delete is never deleted in bulk.
const FOREIGN_KEY_INDEXES: &str = "
    SELECT format('%s.%s', t.name, c.conname) FROM constraints c JOIN tables t ON t.oid = c.conrelid
    WHERE c.contype = 'f' AND (NOT c.convalidated
        OR (c.confrelid IN (SELECT oid FROM tenants) OR c.confdeltype <> 'a') AND NOT EXISTS (
            SELECT FROM pg_index i
            WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
                AND (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(c.conkey)]
                    @> c.conkey))";

// The exception: one organization of all has proven a domain.
const UNIQUE: &str = "
    SELECT i.indexrelid::regclass::text FROM tenants t JOIN pg_index i ON i.indrelid = t.oid
    WHERE (i.indisunique OR i.indisexclusion)
        AND i.indexrelid::regclass::text <> 'organization_domains_verified_key' AND NOT EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = i.indkey[0]
            AND a.attname = 'organization_id')";

const COLLATION: &str = "
    SELECT DISTINCT i.indexrelid::regclass::text FROM tables t JOIN pg_index i ON i.indrelid = t.oid
    CROSS JOIN unnest(string_to_array(i.indcollation::text, ' ')::oid[]) used (collation_id)
    WHERE t.name <> 'seaql_migrations' AND used.collation_id NOT IN (
        0, (SELECT oid FROM pg_collation WHERE collname = 'C' AND collencoding = -1))";

const TRIGGERS: &str = "
    SELECT format('%s.%s', t.name, g.tgname) FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid
    WHERE NOT g.tgisinternal AND g.tgparentid = 0
        AND (t.name, g.tgname) NOT IN (('audit_logs', 'audit_logs_wait'), ('contracts', 'contracts_kept'),
            ('contract_amendments', 'contract_amendments_kept'),
            ('contract_positions', 'contract_positions_added'),
            ('contract_positions', 'contract_positions_changed'),
            ('contract_positions', 'contract_positions_removed'), ('invoices', 'invoices_kept'),
            ('payments', 'payments_kept'), ('executions', 'executions_kept'),
            ('executions', 'executions_begun_counted'), ('executions', 'executions_ended_counted'), ('dunning_notices', 'dunning_notices_kept'),
            ('agent_runs', 'agent_runs_kept'), ('users', 'users_marked'),
            ('organizations', 'organizations_marked'), ('memberships', 'memberships_marked'),
            ('secrets', 'secrets_kept'),
            ('invoice_lines', 'invoice_lines_added'), ('invoice_lines', 'invoice_lines_changed'),
            ('invoice_lines', 'invoice_lines_removed'), ('invoice_pdfs', 'invoice_pdfs_kept'),
            ('invoice_attachments', 'invoice_attachments_added'),
            ('invoice_attachments', 'invoice_attachments_changed'),
            ('invoice_attachments', 'invoice_attachments_removed'))";

const JSON_BOUNDS: &str = "
    SELECT format('%s.%s', t.name, a.attname) FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid
    WHERE a.atttypid IN ('json'::regtype, 'jsonb'::regtype) AND NOT a.attisdropped
        AND NOT EXISTS (SELECT FROM pg_constraint c
            WHERE c.conrelid = t.oid AND c.contype = 'c' AND a.attnum = ANY (c.conkey)
                AND pg_get_constraintdef(c.oid) LIKE '%octet_length(%')";

// Row level security, the policy and the grants of the parents are in the rules below.
const FOUND: &str = "
    SELECT format('%s inherits from %s', i.inhrelid::regclass, p.name) FROM pg_inherits i
    JOIN tables p ON p.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid
    WHERE NOT c.relispartition AND c.relkind = 'r' AND NOT EXISTS (SELECT FROM founds f
        WHERE f.oid = i.inhparent AND f.child = c.relname)
    UNION ALL SELECT format('%s has %s children', f.name, children) FROM founds f, LATERAL (
        SELECT count(*) FROM pg_inherits i WHERE i.inhparent = f.oid) i (children)
    WHERE children <> 1
    UNION ALL SELECT format('%s may have rows', f.name) FROM founds f
    WHERE NOT EXISTS (SELECT FROM pg_constraint c
        WHERE c.conrelid = f.oid AND c.convalidated AND pg_get_constraintdef(c.oid) = 'CHECK (false) NO INHERIT')
    UNION ALL SELECT format('%s.%s has another expression', f.name, a.attname) FROM founds f
    JOIN pg_inherits i ON i.inhparent = f.oid
    JOIN pg_attribute a ON a.attrelid = f.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_attribute b ON b.attrelid = i.inhrelid AND b.attname = a.attname
    LEFT JOIN pg_attrdef d ON d.adrelid = f.oid AND d.adnum = a.attnum
    LEFT JOIN pg_attrdef e ON e.adrelid = b.attrelid AND e.adnum = b.attnum
    WHERE a.attgenerated <> b.attgenerated OR a.attgenerated <> ''
        AND pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_get_expr(e.adbin, e.adrelid)
    UNION ALL SELECT format('%s has no index for the search', f.child) FROM founds f
    WHERE NOT EXISTS (SELECT FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
        WHERE x.indrelid::regclass::text = f.child AND x.indpred IS NULL
            AND pg_get_indexdef(c.oid) LIKE '%USING gin (organization_id, search%')";

const ROW_SECURITY: &str = "
    SELECT name FROM tables
    WHERE NOT (relrowsecurity AND relforcerowsecurity) AND name <> 'seaql_migrations'";

const POLICIES: &str = r#"
    WITH texts (tenant, system) AS (VALUES (
        '= ( SELECT (NULLIF(current_setting(''app.organization_id''::text, true), ''''::text))::uuid AS "nullif")',
        '( SELECT (current_setting(''app.scope''::text, true) = ''system''::text))')),
    asked (letters) AS (VALUES (
        'cardinality(show_trgm("substring"(s.asked, ''[[:alnum:]]{3}''::text))) = 4')),
    found AS (SELECT
        '(search @@ ( SELECT s.asked FROM ( SELECT (NULLIF(current_setting(''app.search_words''::text, true), ''''::text))::tsquery AS asked) s '
        'WHERE ((querytree(s.asked) <> ALL (ARRAY[''''::text, ''T''::text])) AND (strpos((s.asked)::text, '':''::text) = 0))))' AS words,
        format('((search ~~ ( SELECT ((''%%''::text || regexp_replace(s.asked, ''([\\%%_])''::text, ''\\\1''::text, ''g''::text)) || ''%%''::text) '
        'FROM ( SELECT current_setting(''app.search_text''::text, true) AS asked) s WHERE (%1$s))) '
        'OR (( SELECT s.asked FROM ( SELECT current_setting(''app.search_alike''::text, true) AS asked) s WHERE (%1$s)) <%% search))', letters) AS names
        FROM asked),
    expected AS (
        SELECT t.name, t.name || '_tenant' AS policy, 'ALL' AS command,
            format('(organization_id %s)', tenant) AS condition,
            format('(organization_id %s)', tenant) AS new_row
        FROM tenants t, texts
        UNION ALL SELECT 'organizations', 'organizations_tenant', 'ALL',
            format('(id %s)', tenant), format('(id %s)', tenant) FROM texts
        UNION ALL SELECT 'feature_flags', 'feature_flags_tenant', 'SELECT', 'true', NULL
        UNION ALL SELECT 'cell', 'cell_tenant', 'SELECT', 'true', NULL
        UNION ALL SELECT s.name, s.name || '_system', 'ALL', system, system FROM systems s, texts
            WHERE s.name NOT IN ('audit_logs', 'document_versions')
        UNION ALL SELECT 'document_versions', 'document_versions_system', 'SELECT', system, NULL FROM texts
        UNION ALL SELECT 'audit_logs', 'audit_logs_system', 'INSERT', NULL, system FROM texts
        UNION ALL SELECT 'audit_logs', 'audit_logs_sequencer', 'SELECT', system, NULL FROM texts
        UNION ALL SELECT f.name, f.name || '_tenant', 'SELECT', format('((organization_id %s) AND %s)',
            tenant, CASE a.atttypid WHEN 'tsvector'::regtype THEN words ELSE names END), NULL
            FROM founds f JOIN pg_attribute a ON a.attrelid = f.oid AND a.attname = 'search', texts, found),
    actual AS (
        SELECT tablename, policyname, cmd, regexp_replace(qual, '\s+', ' ', 'g'),
            regexp_replace(with_check, '\s+', ' ', 'g')
        FROM pg_policies
        WHERE schemaname = 'public' AND permissive = 'PERMISSIVE' AND roles = '{public}'),
    missing AS (SELECT * FROM expected EXCEPT SELECT * FROM actual),
    restricted AS (
        SELECT tablename, policyname FROM pg_policies
        WHERE permissive <> 'PERMISSIVE' OR roles <> '{public}'),
    surplus AS (SELECT * FROM actual EXCEPT SELECT * FROM expected)
    SELECT format('%s lacks the policy %s', name, policy) FROM missing
    UNION ALL SELECT format('%s has the policy %s', tablename, policyname) FROM surplus
    UNION ALL SELECT format('%s has the policy %s', tablename, policyname) FROM restricted"#;

const GRANTS: &str = "
    WITH expected AS (
        SELECT name, 'plinth_app' AS role, unnest(CASE coalesce((SELECT 'found' FROM founds f WHERE f.oid = tables.oid), name)
            WHEN 'found' THEN '{SELECT}'
            WHEN 'audit_logs' THEN '{SELECT,INSERT}'
            WHEN 'operator_log' THEN '{SELECT,INSERT}'
            WHEN 'allocations' THEN '{SELECT,INSERT}'
            WHEN 'execution_attempts' THEN '{SELECT,INSERT}'
            WHEN 'overdue_notices' THEN '{SELECT,INSERT}'
            WHEN 'evaluation_results' THEN '{SELECT,INSERT}'
            WHEN 'agent_events' THEN '{SELECT,INSERT}'
            WHEN 'dataset_items' THEN '{SELECT,INSERT}'
            WHEN 'prompt_versions' THEN '{SELECT,INSERT}'
            WHEN 'model_prices' THEN '{SELECT,INSERT}'
            WHEN 'answer_lengths' THEN '{SELECT,INSERT,UPDATE}'
            WHEN 'budget_periods' THEN '{SELECT,INSERT,UPDATE}'
            WHEN 'organization_usage' THEN '{SELECT,INSERT,UPDATE}'
            WHEN 'usage_warnings' THEN '{SELECT,INSERT}'
            WHEN 'payments' THEN '{SELECT,INSERT,UPDATE}'
            WHEN 'dunning_notices' THEN '{SELECT,INSERT,UPDATE}'
            WHEN 'bank_transactions' THEN '{SELECT,INSERT,UPDATE}'
            WHEN 'journal_sequence' THEN '{SELECT,INSERT}'
            WHEN 'journal_pending' THEN '{SELECT,INSERT,DELETE}'
            WHEN 'journal_starts' THEN '{SELECT}'
            WHEN 'seaql_migrations' THEN '{SELECT}'
            ELSE '{SELECT,INSERT,UPDATE,DELETE}'::text[] END) AS privilege
        FROM tables WHERE NOT is_partition
        UNION ALL SELECT name, 'plinth_backup', 'SELECT' FROM ours
        UNION ALL VALUES ('journal_pending.quarantined_at', 'plinth_app', 'UPDATE'),
            ('journal_pending.defect', 'plinth_app', 'UPDATE'),
            ('execution_attempts.error', 'plinth_app', 'UPDATE'),
            ('execution_attempts.provider_request', 'plinth_app', 'UPDATE'),
            ('dataset_items.valid_to', 'plinth_app', 'UPDATE'),
            ('dataset_items.version', 'plinth_app', 'UPDATE'),
            ('dataset_items.updated_at', 'plinth_app', 'UPDATE')),
    actual AS (
        SELECT o.name, coalesce(r.rolname::text, 'PUBLIC') AS role,
            x.privilege_type || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                AS privilege
        FROM ours o CROSS JOIN aclexplode(o.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
        WHERE x.grantee <> o.relowner
        UNION ALL SELECT o.name || '.' || a.attname, x.grantee::regrole::text, x.privilege_type
        FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid CROSS JOIN aclexplode(a.attacl) x),
    missing AS (SELECT * FROM expected EXCEPT SELECT * FROM actual),
    surplus AS (SELECT * FROM actual EXCEPT SELECT * FROM expected)
    SELECT format('%s lacks %s for %s', name, privilege, role) FROM missing
    UNION ALL SELECT format('%s has %s for %s', name, privilege, role) FROM surplus";

const OWNER: &str = "
    SELECT format('%s belongs to %s', name, relowner::regrole) FROM ours
    WHERE relowner <> 'plinth_owner'::regrole
    UNION ALL SELECT format('%s belongs to %s', p.oid::regprocedure, p.proowner::regrole) FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> 'plinth_owner'::regrole
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')";

const POWER: &str = "
    SELECT format('%s is more than a plain role', rolname) FROM pg_roles
    WHERE rolname IN ('plinth_app', 'plinth_owner')
        AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)
    UNION ALL SELECT format('plinth_app is a member of %s', roleid::regrole) FROM pg_auth_members
    WHERE member = 'plinth_app'::regrole
    UNION ALL SELECT format('plinth_app owns %s', pg_describe_object(classid, objid, objsubid))
    FROM pg_shdepend
    WHERE refobjid = 'plinth_app'::regrole AND deptype = 'o'
        AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    UNION ALL SELECT 'plinth_app may create objects in public'
    WHERE has_schema_privilege('plinth_app', 'public', 'CREATE')
    UNION ALL SELECT 'plinth_app may create schemas'
    WHERE has_database_privilege('plinth_app', current_database(), 'CREATE')";

const VIEWS: &str = "
    SELECT name FROM ours
    WHERE relkind IN ('m', 'f') -- row level security cannot bind these at all
        OR relkind = 'v' AND NOT coalesce(reloptions @> '{security_invoker=true}', false)";

const FUNCTIONS: &str = "
    WITH functions AS (
        SELECT p.oid::regprocedure::text AS name, p.* FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'))
    SELECT format('%s is SECURITY DEFINER without a pinned search_path', name) FROM functions
    WHERE prosecdef AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)
    UNION ALL SELECT format('%s may be called by %s', name,
        CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END)
    FROM functions CROSS JOIN aclexplode(coalesce(proacl, acldefault('f', proowner))) x
    WHERE x.grantee <> proowner AND NOT (x.grantee = 'plinth_app'::regrole
        AND name IN ('uuid_v7()', 'ensure_journal_partitions(integer)',
            'ensure_execution_partitions(integer)',
            'let_backup_read_partitions()',
            'remove_old_journal(uuid,timestamp with time zone,integer)',
            'drop_empty_journal_partitions()'))";
