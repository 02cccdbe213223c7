mod addresses;
mod bodies;
mod failures;
mod proxies;

use std::time::Duration;

use plinth_testkit::provider::FakeProvider;

use super::{Outgoing, Request};
use crate::AddressRules;

const SECOND: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that may call these servers.
fn client_of(servers: &[&FakeProvider]) -> Outgoing {
    let allowed = servers.iter().map(|server| server.host_port().parse().unwrap());
    Outgoing::new(AddressRules::new(allowed))
}

/// A request for the models of a server.
fn request_to(server: &FakeProvider) -> Request {
    Request::get(format!("{}/models", server.base_url()))
}
