//! The WebSocket of a server, over the same connection as its API: TLS, proxies and the credential are
//! those of the client.

use reqwest::{
    Method, StatusCode, Upgraded,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::Role,
    },
};

use super::super::client::Client;
use crate::failure::Result;

pub(super) type Socket = WebSocketStream<Upgraded>;

/// Opens a socket (RFC 6455, section 4.1).
pub(super) async fn open(client: &Client) -> Result<Socket> {
    let (key, server) = (generate_key(), client.server());
    let request = server
        .request(Method::GET, server.api("ws")?)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    let response = client.send(request).await?;
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
    let expected = derive_accept_key(key.as_bytes());
    let is_accepted = accepted.is_some_and(|accepted| accepted.as_bytes() == expected.as_bytes());
    if response.status() != StatusCode::SWITCHING_PROTOCOLS || !is_accepted {
        return Err(format!("{} opens no WebSocket", server.base()).into());
    }
    Ok(WebSocketStream::from_raw_socket(response.upgrade().await?, Role::Client, None).await)
}
