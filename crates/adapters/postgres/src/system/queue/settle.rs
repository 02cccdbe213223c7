use plinth_ports::{JobOutcome, JournalEntry, Lease, Result, Settlement, StoreError};
use serde_json::{Value as Json, json};

use super::{PgJobQueue, lease_of, lock};
use crate::{
    connection::{Begin, Statements},
    sql::Sql,
};

/// Ends the valid leases of locked jobs. In `$1`, a JSON array, `state` is the next state of the
/// job; with `uncounted` the attempt does not count.
const SETTLE: &str = "
    UPDATE jobs j SET state = s.state,
        attempt = CASE WHEN s.uncounted THEN attempt - 1 ELSE attempt END,
        progress = CASE s.state WHEN 'succeeded' THEN 100 ELSE progress END,
        error = CASE WHEN s.state = 'succeeded' THEN NULL ELSE coalesce(s.error, j.error) END,
        error_code = CASE WHEN s.state = 'succeeded' OR s.error IS NOT NULL THEN s.code
            ELSE j.error_code END,
        run_at = CASE WHEN s.state <> 'failed' THEN run_at
            WHEN cancel_requested THEN c.at
            ELSE c.at + s.wait * interval '1 millisecond' END,
        delayed = s.state = 'failed' AND NOT cancel_requested AND s.wait > 0,
        finished_at = CASE WHEN s.state IN ('succeeded', 'dead', 'cancelled') THEN c.at END,
        worker_id = NULL, lease = NULL, lease_until = NULL,
        version = version + 1, updated_at = c.at
    FROM json_to_recordset($1::json) s (
        organization_id uuid, id uuid, lease uuid, state text, error text, code text,
        wait bigint, uncounted boolean),
        (SELECT now() AS at) c
    WHERE j.organization_id = s.organization_id AND j.id = s.id AND j.lease = s.lease
        AND j.state = 'running'
    RETURNING j.organization_id, j.id, s.lease";

/// Appends audit records of many organizations. Their identities and times are the server's: the
/// clock of the worker may be another.
const APPEND: &str = "
    INSERT INTO audit_logs (organization_id, actor_kind, actor_id, action, subject_kind,
        subject_id, before, after, outcome, audit_only, request_id, trace_parent, address)
    SELECT organization_id, actor_kind, actor_id, action, subject_kind,
        subject_id, before, after, outcome, audit_only, request_id, trace_parent, address
    FROM json_to_recordset($1::json) e (
        organization_id uuid, actor_kind text, actor_id uuid, action text,
        subject_kind text, subject_id uuid, before jsonb, after jsonb, outcome text,
        audit_only boolean, request_id text, trace_parent text, address text)";

/// The maximum length of a stored error, in characters.
const ERROR: usize = 2000;

impl PgJobQueue {
    /// Ends leases and writes their audit records in one transaction.
    pub(super) async fn end_leases(&self, settlements: Vec<Settlement>) -> Result<Vec<Lease>> {
        if settlements.is_empty() {
            return Ok(Vec::new());
        }
        let said: Json = settlements.iter().map(told).collect();
        let mut system = self.store.system(Begin::System).await?;
        let said = lock(&mut system, &said).await?;
        let rows = system.tx.rows(Sql::fixed(SETTLE, vec![said.into()])).await?;
        let held = rows.iter().map(lease_of).collect::<Result<Vec<_>>>()?;
        let ended = settlements.into_iter().filter(|one| held.contains(&one.lease));
        let lines = ended.filter_map(|one| Some(line(&one.lease, &one.entry?)));
        let lines = lines.collect::<Result<Vec<_>>>()?;
        if !lines.is_empty() {
            let lines = Json::Array(lines).to_string();
            system.execute(Sql::fixed(APPEND, vec![lines.into()])).await?;
        }
        system.close().await?;
        Ok(held)
    }
}

fn told(settlement: &Settlement) -> Json {
    let (state, error, code, wait) = match &settlement.outcome {
        JobOutcome::Succeeded => ("succeeded", None, &None, None),
        JobOutcome::Failed { error, code, retry_after }
        | JobOutcome::Postponed { error, code, retry_after } => {
            ("failed", Some(error), code, Some(retry_after))
        }
        JobOutcome::Dead { error, code } => ("dead", Some(error), code, None),
        JobOutcome::Cancelled => ("cancelled", None, &None, None),
        JobOutcome::Released => ("queued", None, &None, None),
    };
    let lease = settlement.lease;
    let uncounted =
        matches!(settlement.outcome, JobOutcome::Released | JobOutcome::Postponed { .. });
    json!({
        "organization_id": lease.organization.uuid(),
        "id": lease.job.uuid(),
        "lease": lease.token,
        "state": state,
        // PostgreSQL cannot store this character in text.
        "error": error.map(|e| e.chars().filter(|c| *c != '\0').take(ERROR).collect::<String>()),
        "code": code,
        "uncounted": uncounted,
        "wait": wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
    })
}

fn line(lease: &Lease, entry: &JournalEntry) -> Result<Json> {
    let parsed = |json: Option<&plinth_domain::JsonObject>| {
        json.map(|json| serde_json::from_str::<Json>(json.as_str())).transpose()
    };
    let fault = |error: serde_json::Error| StoreError::Other(error.into());
    Ok(json!({
        "organization_id": lease.organization.uuid(),
        "actor_kind": entry.actor.kind(),
        "actor_id": entry.actor.id(),
        "action": entry.action,
        "subject_kind": entry.subject.kind,
        "subject_id": entry.subject.id,
        "before": parsed(entry.before.as_ref()).map_err(fault)?,
        "after": parsed(entry.after.as_ref()).map_err(fault)?,
        "outcome": entry.outcome.name(),
        "audit_only": entry.audit_only,
        "request_id": entry.origin.request_id,
        "trace_parent": entry.origin.trace_parent,
        "address": entry.origin.address,
    }))
}
