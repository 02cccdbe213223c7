#!/usr/bin/env python3
"""Writes the dashboards beside it, or with --check fails when they are not what it would write.

Each panel is a line: title, unit, and queries by their legends. `$__rate_interval` is Grafana's.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent / "dashboards"
COLUMNS, WIDTH, HEIGHT = 2, 12, 8

REQUESTS = "http_server_request_duration_seconds"
STATEMENTS = "db_client_operation_duration_seconds"
JOBS = "plinth_job_duration_seconds"
CALLS = "gen_ai_client_operation_duration_seconds"


def rate(counter, by="", where=""):
    """The rate of a counter, summed up by labels."""
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} (rate({counter}{{{where}}}[$__rate_interval]))"


def quantile(share, histogram, by="", where=""):
    """A quantile of a histogram in seconds, by labels."""
    return f"histogram_quantile({share}, {rate(histogram + '_bucket', ', '.join(filter(None, ['le', by])), where)})"


def ratio(part, whole):
    return f"{part} / {whole}"


DASHBOARDS = {
    "api": ("API", [
        ("Requests by status", "reqps", {"{{http_response_status_code}}": rate(f"{REQUESTS}_count", "http_response_status_code")}),
        ("Errors (5xx), and the budget of 0.1 %", "percentunit", {
            "now": "plinth:http_errors:ratio_rate5m", "one hour": "plinth:http_errors:ratio_rate1h",
            "six hours": "plinth:http_errors:ratio_rate6h", "budget": "vector(0.001)"}),
        ("Duration", "s", {
            "median": quantile(0.5, REQUESTS), "95 %": quantile(0.95, REQUESTS), "99 %": quantile(0.99, REQUESTS)}),
        ("Duration by route (95 %), the ten slowest", "s", {
            "{{http_route}}": f"topk(10, {quantile(0.95, REQUESTS, 'http_route')})"}),
        ("In flight", "short", {"{{http_request_method}}": "sum by (http_request_method) (http_server_active_requests)"}),
        ("Refusals by code", "reqps", {"{{plinth_problem_code}}": rate("plinth_http_refused_total", "plinth_problem_code")}),
        ("Refusals by the rate limiter", "reqps", {"{{plinth_rate_limit_quota}}": rate("plinth_rate_limit_refused_total", "plinth_rate_limit_quota")}),
        ("Hits of the caches", "percentunit", {"{{plinth_cache_name}}": ratio(
            rate("plinth_cache_lookups_total", "plinth_cache_name", 'plinth_cache_result="hit"'),
            rate("plinth_cache_lookups_total", "plinth_cache_name"))}),
        ("Passwords that are hashed, and that wait", "short", {
            "hashed": "sum(plinth_password_hashes_running)", "waiting": "sum(plinth_password_hashes_waiting)"}),
        ("Dependencies that answer", "short", {
            "{{plinth_dependency_name}}": "min by (plinth_dependency_name) (plinth_dependency_up)", "signals": "min(plinth_bus_connected)"}),
        ("Background work that was dropped", "short", {"dropped": rate("plinth_background_dropped_total")}),
        ("Versions", "short", {"{{job}} {{service_version}}": "count by (job, service_version) (target_info)"}),
    ]),
    "database": ("Database", [
        ("Connections", "short", {
            "{{job}} {{db_client_connection_state}}": "sum by (job, db_client_connection_state) (db_client_connection_count)",
            "{{job}} max": "sum by (job) (db_client_connection_max)"}),
        ("Waits for a connection", "short", {
            "{{job}} waiting": "sum by (job) (db_client_connection_pending_requests)",
            "{{job}} timed out": "sum by (job) (increase(db_client_connection_timeouts_total[$__rate_interval]))"}),
        ("Time to get a connection (99 %)", "s", {"{{job}}": quantile(0.99, "db_client_connection_wait_time_seconds", "job")}),
        ("Statements", "ops", {"{{db_operation_name}}": rate(f"{STATEMENTS}_count", "db_operation_name")}),
        ("Time in statements by table, the ten most", "percentunit", {
            "{{db_operation_name}} {{db_collection_name}}": f"topk(10, {rate(f'{STATEMENTS}_sum', 'db_operation_name, db_collection_name')})"}),
        ("Failed statements by SQLSTATE", "ops", {"{{error_type}}": rate(f"{STATEMENTS}_count", "error_type", 'error_type!=""')}),
        ("Sessions by state", "short", {"{{state}}": "sum by (state) (pg_stat_activity_count)"}),
        ("Locks", "short", {"{{mode}}": "sum by (mode) (pg_locks_count) > 0"}),
        ("Dead rows, the ten most", "short", {"{{relname}}": "topk(10, sum by (relname) (pg_stat_user_tables_n_dead_tup))"}),
        ("Size", "bytes", {"{{datname}}": 'pg_database_size_bytes{datname!~"template.*"}'}),
        ("Replicas: bytes behind", "bytes", {"{{application_name}}": "pg_stat_replication_pg_wal_lsn_diff"}),
        ("Archived segments of the log", "ops", {
            "archived": rate("pg_stat_archiver_archived_count"), "failed": rate("pg_stat_archiver_failed_count")}),
    ]),
    "jobs": ("Jobs", [
        ("Age of the first job that waits", "s", {"{{plinth_job_kind}}": "max by (plinth_job_kind) (plinth_job_queue_age_seconds)"}),
        ("Jobs that wait", "short", {"{{plinth_job_kind}}": "max by (plinth_job_kind) (plinth_job_queue_size)"}),
        ("Attempts by kind", "ops", {"{{plinth_job_kind}}": rate(f"{JOBS}_count", "plinth_job_kind")}),
        ("Attempts by outcome", "ops", {"{{plinth_job_outcome}}": rate(f"{JOBS}_count", "plinth_job_outcome")}),
        ("Duration of attempts (95 %)", "s", {"{{plinth_job_kind}}": quantile(0.95, JOBS, "plinth_job_kind")}),
        ("Jobs that ended", "ops", {"{{plinth_job_state}}": rate("plinth_job_ended_total", "plinth_job_state")}),
        ("Dead letters of the last hour", "short", {"{{plinth_job_kind}}": 'sum by (plinth_job_kind) (increase(plinth_job_ended_total{plinth_job_state="dead"}[1h]))'}),
    ]),
    "events": ("Events", [
        ("Lag of the sequencer", "s", {"first entry without a number": "max(plinth_audit_log_lag_seconds)"}),
        ("Entries without a number", "short", {"waiting": "max(plinth_audit_log_waiting)"}),
        ("Subscribers", "short", {"{{plinth_stream_transport}}": "sum by (plinth_stream_transport) (plinth_stream_open)"}),
        ("Subscribers that must read everything again", "ops", {"{{plinth_stream_transport}}": rate("plinth_stream_resyncs_total", "plinth_stream_transport")}),
        ("Entries that were set aside", "short", {"quarantined": "sum(plinth_audit_log_quarantined_total)"}),
        ("Attempts at webhooks by outcome", "ops", {"{{plinth_webhook_outcome}}": rate("plinth_webhook_duration_seconds_count", "plinth_webhook_outcome")}),
        ("Duration of attempts at webhooks (95 %)", "s", {"{{plinth_webhook_outcome}}": quantile(0.95, "plinth_webhook_duration_seconds", "plinth_webhook_outcome")}),
        ("Refused streams", "reqps", {"{{plinth_problem_code}}": rate("plinth_http_refused_total", "plinth_problem_code", 'plinth_problem_code=~"streams.*|ws.*"')}),
    ]),
    "files": ("Files", [
        ("Bytes of uploads", "Bps", {"received": rate("plinth_upload_received_bytes_total")}),
        ("Refused uploads", "reqps", {"{{plinth_problem_code}}": rate("plinth_http_refused_total", "plinth_problem_code", 'plinth_problem_code=~"upload.*|document.*|body.*"')}),
        ("Inspections by type", "ops", {"{{plinth_inspection_type}}": rate("plinth_inspection_duration_seconds_count", "plinth_inspection_type")}),
        ("Inspections by result", "ops", {"{{plinth_inspection_result}}": rate("plinth_inspection_duration_seconds_count", "plinth_inspection_result")}),
        ("Duration of inspections (95 %)", "s", {"{{plinth_inspection_type}}": quantile(0.95, "plinth_inspection_duration_seconds", "plinth_inspection_type")}),
    ]),
    "ai": ("AI", [
        ("Executions by status", "ops", {"{{plinth_execution_status}}": rate("plinth_execution_ended_total", "plinth_execution_status")}),
        ("Cost", "currencyUSD", {"{{gen_ai_request_model}} an hour": f"3600 * {rate('plinth_execution_cost_total', 'gen_ai_request_model')}"}),
        ("Tokens", "short", {"{{gen_ai_request_model}} {{gen_ai_token_type}}": rate("gen_ai_client_token_usage_sum", "gen_ai_request_model, gen_ai_token_type")}),
        ("Time to the first part (95 %)", "s", {"{{gen_ai_request_model}}": quantile(0.95, "gen_ai_client_operation_time_to_first_chunk_seconds", "gen_ai_request_model")}),
        ("Duration of calls (95 %)", "s", {"{{gen_ai_operation_name}} {{gen_ai_request_model}}": quantile(0.95, CALLS, "gen_ai_operation_name, gen_ai_request_model")}),
        ("Failed calls", "ops", {"{{gen_ai_provider_name}} {{error_type}}": rate(f"{CALLS}_count", "gen_ai_provider_name, error_type", 'error_type!=""')}),
        ("Calls an execution: above 1 are retries and fallbacks", "short", {"calls": ratio(
            rate(f"{CALLS}_count", where='gen_ai_operation_name="chat"'), rate("plinth_execution_ended_total"))}),
    ]),
    "tenants": ("Tenants", [
        ("Busiest organizations", "s", {"{{plinth_organization_id}}": "topk(10, sum by (plinth_organization_id) (plinth_organization_busy_seconds))"}),
        ("Their share of all requests' time", "percentunit", {"{{plinth_organization_id}}":
            "topk(10, sum by (plinth_organization_id) (plinth_organization_busy_seconds)) / scalar(sum(increase(http_server_request_duration_seconds_sum[1m])))"}),
        ("Refusals because of an organization's share", "reqps", {"{{plinth_problem_code}}": rate(
            "plinth_http_refused_total", "plinth_problem_code", 'plinth_problem_code=~"organization.busy|search.busy|rate_limited|.*limit.*"')}),
    ]),
}


def panel(number, title, unit, queries):
    source = {"type": "prometheus", "uid": "prometheus"}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": source,
        "gridPos": {"x": number % COLUMNS * WIDTH, "y": number // COLUMNS * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"tooltip": {"mode": "multi", "sort": "desc"}},
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": source, "expr": query, "legendFormat": legend}
            for index, (legend, query) in enumerate(queries.items())
        ],
    }


def dashboard(name):
    title, panels = DASHBOARDS[name]
    return {
        "uid": f"plinth-{name}",
        "title": f"Plinth: {title}",
        "tags": ["plinth"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["plinth"], "asDropdown": True, "title": "Plinth"}],
        "panels": [panel(number, *line) for number, line in enumerate(panels)],
    }


def main():
    texts = {HERE / f"{name}.json": json.dumps(dashboard(name), indent=1) + "\n" for name in DASHBOARDS}
    if sys.argv[1:] != ["--check"]:
        for path, text in texts.items():
            path.write_text(text)
        return 0
    found = {path: path.read_text() for path in HERE.glob("*.json")}
    wrong = sorted(path.name for path in texts.keys() | found.keys() if texts.get(path) != found.get(path))
    if wrong:
        print(f"error: {', '.join(wrong)}: run deploy/observability/grafana/dashboards.py", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
