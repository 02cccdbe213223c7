use plinth_domain::ExecutionId;
use tracing::Span;

use super::plan::trace_of;
use crate::{Caller, continue_trace};

/// The span of an execution that runs. Its parent is known by the `traceparent` alone: an open span of
/// the process would end no earlier than the execution.
pub(super) fn span(caller: &Caller, id: ExecutionId) -> Span {
    let origin = &caller.origin;
    let cause = origin.trace_parent.as_deref();
    let span = tracing::info_span!(
        parent: None,
        "execution",
        execution_id = %id,
        organization_id = %caller.access.organization(),
        request_id = origin.request_id,
        trace_id = cause.and_then(trace_of),
    );
    if let Some(cause) = cause {
        continue_trace(&span, cause);
    }
    span
}
