//! Runs of agents, in the sidecar of the settings.

use std::sync::Arc;

use plinth_agents::{Agents, AgentsConfig};
use plinth_application::agents::AgentSetup;
use plinth_jobs::AgentRunHandler;
use plinth_settings::Settings;

use crate::{Error, Unsuitable};

/// The handler of runs; `None` without a sidecar. It must be called inside the runtime.
pub(crate) fn runs(settings: &Settings) -> Result<Option<AgentRunHandler>, Error> {
    let agents = &settings.agents;
    let Some(address) = agents.address.clone() else { return Ok(None) };
    let unsuitable = |setting, source: Box<dyn std::error::Error + Send + Sync>| {
        Error::Unsuitable(Unsuitable { setting, source })
    };
    let token = agents.token.clone();
    let token = token.ok_or_else(|| unsuitable("agents.token", "it is not set".into()))?;
    let config = AgentsConfig { address, token, allow_plain: agents.allow_plain };
    let runner =
        Agents::new(&config).map_err(|fault| unsuitable("agents.address", fault.into()))?;
    let base = agents.api_url.as_str().trim_end_matches('/');
    let setup = AgentSetup {
        runner: Arc::new(runner),
        gateway_url: format!("{base}/openai/v1"),
        api_url: format!("{base}/api/v1"),
        timeout: agents.timeout,
    };
    Ok(Some(AgentRunHandler::new(setup, agents.concurrency.into())))
}
