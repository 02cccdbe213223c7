//! The names of all events.

use plinth_domain::EventPattern;

use crate::resource::resources;

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    /// The kind of record that it is about: `project`.
    pub subject: &'static str,
    /// Its name: `project.created`.
    pub name: &'static str,
}

macro_rules! events {
    ($($subject:literal: $($verb:literal),+;)* others { $($name:literal of $about:literal,)* }) => {
        const EVENTS: &[EventType] = &[
            $($(EventType { subject: $subject, name: concat!($subject, ".", $verb) },)+)*
            $(EventType { subject: $about, name: $name },)*
        ];
    };
}

events! {
    "agent_run": "cancelled", "failed", "resumed", "started", "succeeded", "waiting";
    "api_key": "created", "revoked";
    "bank_transaction": "booked", "ignored", "linked", "recorded", "reopened";
    "budget": "created", "removed", "updated", "warning";
    "comment": "created", "deleted", "updated";
    "contract": "activated", "amended", "completed", "created", "removed", "terminated", "updated";
    "dataset": "created", "item_removed", "item_replaced", "items_added", "removed", "updated";
    "document": "created", "deleted", "failed", "processing", "ready", "rejected", "unreadable",
        "updated", "version_added";
    "document_link": "created", "downloaded", "removed", "updated";
    "evaluation": "cancelled", "created", "failed", "removed", "resumed", "started", "succeeded";
    "execution": "cancel_requested", "cancelled", "failed", "queued", "score_removed", "scored",
        "started", "succeeded", "timed_out";
    "feature_flag": "cleared", "set";
    "invitation": "accepted", "created", "expired", "revoked";
    "invoice": "allocated", "allocation_reversed", "approved", "corrected", "created", "credited",
        "dunned", "dunning_blocked", "dunning_unblocked", "dunning_withdrawn", "issued", "overdue",
        "removed", "rendered", "rendering_requested", "settled", "unprintable", "unsettled",
        "updated", "voided", "written_off";
    "job": "cancel_requested", "cancelled", "dead", "retried", "succeeded";
    "member": "joined", "left", "reactivated", "removed", "role_changed",
        "service_account_created", "suspended";
    "model": "created", "flagged", "price_added", "removed", "updated";
    "organization": "erasure_requested", "erasure_revoked", "held", "plan_assigned", "reactivated",
        "registered", "released", "suspended", "updated", "usage_warned";
    "organization_domain": "created", "removed", "verified";
    "organization_export": "created", "failed", "removed", "succeeded";
    "payment": "allocated", "recorded", "refund_reversed", "refunded", "reversed", "updated";
    "project": "archived", "created", "removed", "updated";
    "prompt": "created", "label_moved", "label_removed", "removed", "updated", "version_created";
    "team": "created", "member_added", "member_removed", "removed", "updated";
    "support_access": "granted", "revoked";
    "support_session": "ended", "started";
    "webhook": "created", "paused", "removed", "replayed", "resent", "secret_rotated", "tested",
        "updated";
    // Not named after the kind of record that they are about.
    others {
        "report.requested" of "job",
    }
}

/// Every event. A kind of record that has none above has those of its creation, change and removal.
pub fn event_types() -> impl Iterator<Item = EventType> {
    let is_listed = |kind| EVENTS.iter().any(|event| event.subject == kind);
    let others = resources().filter(move |resource| !is_listed(resource.kind));
    let changes = others.flat_map(|resource| {
        resource.changes.map(|name| EventType { subject: resource.kind, name })
    });
    EVENTS.iter().copied().chain(changes)
}

/// Whether an event has this name.
pub(crate) fn is_event(name: &str) -> bool {
    event_types().any(|event| event.name == name)
}

/// Whether a pattern selects any event.
pub(crate) fn selects_any(pattern: &EventPattern) -> bool {
    event_types().any(|event| pattern.includes(event.name))
}

/// Whether any of the patterns selects an event about this kind of record.
pub(crate) fn selects_any_of(patterns: &[EventPattern], subject: &str) -> bool {
    let mut about = event_types().filter(|event| event.subject == subject);
    about.any(|event| patterns.iter().any(|pattern| pattern.includes(event.name)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_event_has_one_name_and_is_about_a_kind_of_record() {
        let names: BTreeSet<_> = event_types().map(|event| event.name).collect();
        assert_eq!(names.len(), event_types().count());
        assert!(EVENTS.iter().all(|event| resources().any(|one| one.kind == event.subject)));
    }
}
