use std::env;

use plinth_testkit::provider::FakeProvider;
use tokio::process::Command;

use crate::{AddressRules, Outgoing, Request};

/// Names the server that the child process calls.
const SERVER: &str = "PLINTH_TEST_SERVER";

#[tokio::test]
async fn a_proxy_of_the_environment_is_not_asked() {
    if let Ok(server) = env::var(SERVER) {
        let client = Outgoing::new(AddressRules::new([server.parse().unwrap()]));
        client.send(Request::get(format!("http://{server}/"))).await.unwrap();
        return;
    }
    let (server, proxy) = (FakeProvider::start().await, FakeProvider::start().await);
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "client::tests::proxies::a_proxy_of_the_environment_is_not_asked"]);
    for variable in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(variable, format!("http://{}", proxy.host_port()));
    }
    let status = child.env_remove("NO_PROXY").env_remove("no_proxy");
    let status = status.env(SERVER, server.host_port()).kill_on_drop(true).status().await.unwrap();
    assert!(status.success());
    assert_eq!(server.requests().len(), 1);
    assert_eq!(proxy.connections().len(), 0);
}
