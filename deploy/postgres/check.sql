-- Compares the parameters of a server with what Plinth needs and with what is advised. It changes
-- nothing, and any login may run it. It fails where something that is needed is missing:
--
--     psql "$PLINTH_DATABASE__ADMIN_URL" --no-psqlrc --file deploy/postgres/check.sql
--
-- `connections` is how many all processes together may open: --set connections=150

\set ON_ERROR_STOP on
\if :{?connections}
\else
    \set connections 64
\endif
\pset footer off

CREATE TEMPORARY VIEW parameters AS
SELECT name, setting, wanted, is_needed, is_met, why FROM (VALUES
    ('server_version_num', '>= 150000', true, current_setting('server_version_num')::int >= 150000,
        'views that check row level security as their caller'),
    ('server_encoding', 'UTF8', true, current_setting('server_encoding') = 'UTF8', 'names in all languages'),
    ('fsync', 'on', true, current_setting('fsync') = 'on', 'what was answered is stored'),
    ('full_page_writes', 'on', true, current_setting('full_page_writes') = 'on', 'pages survive a power cut'),
    ('synchronous_commit', 'not off', true, current_setting('synchronous_commit') <> 'off',
        'what was answered is stored'),
    ('ssl', 'on', false, current_setting('ssl') = 'on', 'needed where the network is not trusted'),
    ('password_encryption', 'scram-sha-256', false, current_setting('password_encryption') = 'scram-sha-256',
        'md5 can be guessed'),
    ('wal_level', 'replica', false, current_setting('wal_level') <> 'minimal', 'recovery to a point in time'),
    ('archive_mode', 'on', false, current_setting('archive_mode') <> 'off',
        'recovery to a point in time; providers have their own'),
    ('log_lock_waits', 'on', false, current_setting('log_lock_waits') = 'on', 'who waits for whom'),
    ('log_statement', 'none', false, current_setting('log_statement') = 'none',
        'statements have data of organizations'),
    ('log_min_duration_statement', '-1', false,
        current_setting('log_min_duration_statement') = '-1' OR current_setting('log_parameter_max_length') = '0',
        'parameters are data of organizations; or log_parameter_max_length = 0'),
    ('track_io_timing', 'on', false, current_setting('track_io_timing') = 'on', 'shows what waits for the disk')
) AS wishes (name, wanted, is_needed, is_met, why)
JOIN pg_settings USING (name)
UNION ALL
SELECT 'max_connections', current_setting('max_connections'), '>= ' || :'connections' || ' + 20', true,
    current_setting('max_connections')::int >= :'connections'::int + 20, 'all processes, migrations, backups and people'
UNION ALL
SELECT 'max_slot_wal_keep_size', current_setting('max_slot_wal_keep_size'), 'not -1', false,
    current_setting('max_slot_wal_keep_size') <> '-1', 'an abandoned slot does not fill the disk';

SELECT CASE WHEN is_met THEN 'ok' WHEN is_needed THEN 'NEEDED' ELSE 'advised' END AS state,
    name, setting, wanted, why FROM parameters ORDER BY is_met, NOT is_needed, name;

DO $$
DECLARE missing text := (SELECT string_agg(name, ', ') FROM parameters WHERE is_needed AND NOT is_met);
BEGIN
    IF missing IS NOT NULL THEN RAISE 'needed, but not so: %', missing; END IF;
END $$;
