//! What a status of gRPC means.
//!
//! Whether a call was cancelled is never read from it: a killed sidecar looks like a cancelled call.
//! Who cancels a part drops it, and hears no more of it.

use std::error::Error;

use plinth_ports::AgentFault;
use tonic::{Code, Status, metadata::MetadataMap};

use crate::request::{PROTOCOL, PROTOCOL_KEY};

/// Why a call failed before its first event.
#[derive(Debug)]
pub(crate) enum Broken {
    /// Another attempt would fail likewise.
    Fault(AgentFault),
    /// The connection failed, or ended.
    OnTheWay(String),
}

/// Tells why a call failed before its first event.
pub(crate) fn of(status: &Status) -> Broken {
    // A status with a source was made here, of an error of the connection: its code is a guess.
    let is_answer = status.source().is_none();
    let text = describe(status);
    match status.code() {
        Code::OutOfRange => Broken::Fault(AgentFault::Refused(text)),
        _ if !is_answer => Broken::OnTheWay(text),
        Code::ResourceExhausted => Broken::Fault(AgentFault::Busy),
        Code::InvalidArgument | Code::NotFound => Broken::Fault(AgentFault::Refused(text)),
        Code::Unauthenticated | Code::FailedPrecondition | Code::Unimplemented => {
            Broken::Fault(AgentFault::Misconfigured(text))
        }
        _ => Broken::OnTheWay(text),
    }
}

/// Whether the sidecar speaks our protocol.
pub(crate) fn check_protocol(metadata: &MetadataMap) -> Result<(), AgentFault> {
    let theirs = metadata.get(PROTOCOL_KEY).and_then(|value| value.to_str().ok());
    if theirs == Some(PROTOCOL) {
        return Ok(());
    }
    let theirs: String = theirs.unwrap_or("none").chars().take(20).collect();
    Err(AgentFault::Misconfigured(format!(
        "it speaks protocol {theirs}, and this Plinth {PROTOCOL}: run the sidecar of this version"
    )))
}

/// For logs and operators. The text is the sidecar's or the connection's, never content.
pub(crate) fn describe(status: &Status) -> String {
    let message: String = status.message().chars().take(300).collect();
    format!("{:?}: {message}", status.code())
}
