//! The client of the agents sidecar (`agents/`): `plinth.agent.v1` over gRPC.

mod address;
mod agents;
mod attempt;
mod event;
mod fault;
mod request;

mod proto {
    #![allow(missing_docs, clippy::all, clippy::pedantic, reason = "tonic-prost-build makes it")]
    tonic::include_proto!("plinth.agent.v1");
}

pub use address::InvalidAddress;
pub use agents::{Agents, AgentsConfig};
