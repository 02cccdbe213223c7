-- As crates/adapters/postgres reads the first page of a list, one row more than the page has.
\set organization 100000000000 + random(1, 1000)
\startpipeline
BEGIN READ ONLY;
SELECT set_config('app.organization_id', '00000000-0000-7000-8000-' || :organization, true), set_config('app.scope', '', true);
\endpipeline
SELECT organization_id, id, code, name, description, status, starts_on, ends_on, metadata::text, version, created_at, updated_at
FROM projects
WHERE organization_id = ('00000000-0000-7000-8000-' || :organization)::uuid
ORDER BY created_at DESC, id DESC
LIMIT 51;
COMMIT;
