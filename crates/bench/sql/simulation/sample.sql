SELECT count(*) AS connections, count(*) FILTER (WHERE state <> 'idle') AS active,
    (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(run_at)), 0) FROM jobs
        WHERE state IN ('queued', 'failed') AND NOT delayed)::float8 AS queue_age,
    (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) FROM journal_pending
        WHERE quarantined_at IS NULL)::float8 AS lag,
    (SELECT count(*) FROM journal_starts) AS shortened,
    EXISTS (SELECT FROM schedule_ticks
        WHERE name = 'retention' AND ticked_at > now() - interval '1 day') AS retained
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid();
