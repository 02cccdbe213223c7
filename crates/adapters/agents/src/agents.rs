use std::fmt;

use async_trait::async_trait;
use futures::{StreamExt, stream};
use plinth_ports::{AgentEvents, AgentFault, AgentGraph, AgentPart, AgentRunner};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout, timeout_at};
use tonic::{
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};

use crate::{
    address::{self, InvalidAddress},
    attempt::{self, Part},
    fault::{self, Broken},
    proto::{DescribeRequest, agent_client::AgentClient},
    request::{self, MESSAGE_BYTES},
};

/// How the sidecar is reached.
#[derive(Debug, Clone)]
pub struct AgentsConfig {
    /// `http://host:port` or `unix:/path`.
    pub address: String,
    /// What the sidecar has as `PLINTH_AGENTS_TOKEN`.
    pub token: SecretString,
    /// Whether the sidecar may be on another machine, though the connection is not encrypted.
    pub allow_plain: bool,
}

/// The client of the sidecar. Clones share one connection.
#[derive(Clone)]
pub struct Agents {
    client: AgentClient<Channel>,
    authorization: MetadataValue<Ascii>,
}

impl fmt::Debug for Agents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Agents").finish_non_exhaustive()
    }
}

impl Agents {
    /// Makes the client, on a Tokio runtime. It connects with the first call.
    pub fn new(config: &AgentsConfig) -> Result<Self, InvalidAddress> {
        let channel = address::channel(&config.address, config.allow_plain)?;
        let mut authorization: MetadataValue<Ascii> =
            format!("Bearer {}", config.token.expose_secret())
                .parse()
                .map_err(|_| InvalidAddress::Token)?;
        authorization.set_sensitive(true);
        let client = AgentClient::new(channel)
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES);
        Ok(Self { client, authorization })
    }

    /// Starts a part, a second time if the first one failed on the way.
    async fn start(&self, part: &AgentPart, deadline: Instant) -> Result<Part, AgentFault> {
        let mut is_second = false;
        loop {
            let request = request::of(part, &self.authorization, deadline)?;
            let started = attempt::start(self.client.clone(), request, part).await;
            match started {
                Ok(started) => return Ok(started),
                Err(Broken::Fault(fault)) => return Err(fault),
                Err(Broken::OnTheWay(why)) if is_second => {
                    return Err(AgentFault::Unreachable(why));
                }
                Err(Broken::OnTheWay(why)) => {
                    tracing::warn!(run = %part.run, why, "a part of an agent's run is started again");
                    is_second = true;
                    tokio::time::sleep(attempt::PAUSE).await;
                }
            }
        }
    }
}

#[async_trait]
impl AgentRunner for Agents {
    async fn run(&self, part: AgentPart) -> Result<AgentEvents, AgentFault> {
        let deadline = Instant::now() + part.timeout;
        let started = timeout_at(deadline, self.start(&part, deadline));
        let started = started.await.map_err(|_| AgentFault::TimedOut)??;
        let events = stream::unfold(started, move |mut part| async move {
            // Dropping what is left of the part cancels it.
            let next = timeout_at(deadline, part.next()).await;
            let item = next.unwrap_or_else(|_| Some(part.timed_out()))?;
            Some((item, part))
        });
        Ok(events.boxed())
    }

    async fn graphs(&self) -> Result<Vec<AgentGraph>, AgentFault> {
        let mut request = tonic::Request::new(DescribeRequest {});
        request::authorize(&mut request, &self.authorization);
        let mut client = self.client.clone();
        let answered = timeout(address::ANSWER_WITHIN, client.describe(request)).await;
        let unanswered = |why: &str| AgentFault::Unreachable(why.to_owned());
        let answer =
            answered.map_err(|_| unanswered("no answer in time"))?.map_err(
                |status| match fault::of(&status) {
                    Broken::Fault(fault) => fault,
                    Broken::OnTheWay(why) => unanswered(&why),
                },
            )?;
        fault::check_protocol(answer.metadata())?;
        let graphs = answer.into_inner().graphs.into_iter();
        Ok(graphs.map(|graph| AgentGraph { name: graph.name, version: graph.version }).collect())
    }
}
