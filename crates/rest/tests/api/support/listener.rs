use std::time::Duration;

use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async, connect_async,
    tungstenite::{
        Error, Message, client::IntoClientRequest, handshake::client::Request,
        protocol::frame::coding::CloseCode,
    },
};

use super::Client;

/// How long a message may take on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A client on a WebSocket.
pub struct Listener {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Listener {
    /// A handshake from this caller.
    pub fn request(client: &Client) -> Request {
        let url = format!("{}/api/v1/ws", client.url().replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        if let Some(token) = &client.token {
            let bearer = format!("Bearer {token}").parse().unwrap();
            request.headers_mut().insert("authorization", bearer);
        }
        request
    }

    pub async fn open(client: &Client) -> Self {
        Self::try_open(Self::request(client)).await.unwrap()
    }

    /// Connects with the smallest receive buffer that the system allows: otherwise the kernel
    /// buffers megabytes.
    pub async fn open_narrow(client: &Client) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let address = client.url().strip_prefix("http://").unwrap().parse().unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(address).await.unwrap());
        let (socket, _) = client_async(Self::request(client), stream).await.unwrap();
        Self { socket }
    }

    /// Connects, or returns the status of a refused handshake.
    pub async fn try_open(request: Request) -> Result<Self, StatusCode> {
        match timeout(TIMEOUT, connect_async(request)).await.unwrap() {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(response)) => {
                Err(StatusCode::from_u16(response.status().as_u16()).unwrap())
            }
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// The next message, or the close code.
    pub async fn hear(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match timeout(TIMEOUT, self.socket.next()).await.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map(|frame| CloseCode::into(frame.code)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// Sends a message and returns the response.
    pub async fn ask(&mut self, message: Value) -> Value {
        self.say(message).await;
        self.hear().await.unwrap()
    }

    /// Subscribes after a number; without one, from now on.
    pub async fn subscribe(&mut self, topics: &[&str], after: Option<i64>) -> i64 {
        let ask = json!({"type": "subscribe", "topics": topics, "after": after});
        let answer = self.ask(ask).await;
        assert_eq!(answer["type"], "subscribed", "{answer}");
        answer["number"].as_i64().unwrap()
    }

    /// The next event.
    pub async fn event(&mut self) -> Value {
        let message = self.hear().await.unwrap();
        assert_eq!(message["type"], "event", "{message}");
        message["event"].clone()
    }

    /// The code that the server closes with; messages before it are dropped.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.hear().await {
                return code;
            }
        }
    }
}
