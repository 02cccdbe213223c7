use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Instant, sleep, timeout},
};

const DRAFT: &str = r#"{\"supplier\": {\"name\": \"Beton AG\"}, \"supplier_number\": \"2026/118\",
\"issued_on\": \"2026-11-20\", \"currency\": \"EUR\", \"lines\": [{\"text\": \"Concrete\",
\"quantity\": \"2\", \"unit_price\": \"50\", \"vat_percent\": \"19\"}]}"#;

/// How the model answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Model {
    Answers,
    ReadsInvoice,
    /// A token each 20 ms, without an end.
    Drips,
    Never,
}

/// A fake of Plinth: its gateway and as much of its API as the tools need.
#[derive(Clone)]
pub(crate) struct Plinth {
    port: u16,
    model: Arc<Mutex<Model>>,
    /// The paths of all requests.
    pub(crate) paths: Arc<watch::Sender<Vec<String>>>,
    /// The heads of all requests, in lower case.
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
    /// When requests to the model were closed by the sidecar.
    pub(crate) closed: Arc<watch::Sender<Vec<Instant>>>,
}

impl Plinth {
    pub(crate) async fn start(model: Model) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let plinth = Self {
            port: listener.local_addr().unwrap().port(),
            model: Arc::new(Mutex::new(model)),
            paths: Arc::default(),
            heads: Arc::default(),
            closed: Arc::default(),
        };
        let served = plinth.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let plinth = served.clone();
                tokio::spawn(async move { plinth.serve(stream).await });
            }
        });
        plinth
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn answer_with(&self, model: Model) {
        *self.model.lock().unwrap() = model;
    }

    /// How many requests the path has had.
    pub(crate) fn requests(&self, path: &str) -> usize {
        self.paths.borrow().iter().filter(|seen| seen.starts_with(path)).count()
    }

    /// Waits until the model was asked so often.
    pub(crate) async fn asked(&self, times: usize) {
        let mut paths = self.paths.subscribe();
        let asked = paths.wait_for(|paths| {
            paths.iter().filter(|path| path.ends_with("/completions")).count() >= times
        });
        timeout(Duration::from_secs(20), asked).await.unwrap().unwrap();
    }

    /// Waits until a request to the model was closed by the sidecar, and answers when.
    pub(crate) async fn closed(&self) -> Instant {
        let mut closed = self.closed.subscribe();
        let seen = timeout(Duration::from_secs(20), closed.wait_for(|closed| !closed.is_empty()));
        seen.await.unwrap().unwrap()[0]
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some(head) = read_request(&mut stream).await else { return };
        let Some(path) = head.split(' ').nth(1).map(str::to_owned) else { return };
        self.heads.lock().unwrap().push(head.to_ascii_lowercase());
        self.paths.send_modify(|paths| paths.push(path.clone()));
        if path.ends_with("/completions") {
            let model = *self.model.lock().unwrap();
            return self.answer(model, stream).await;
        }
        let body = match path.split('?').next().unwrap() {
            "/api/v1/search" => concat!(
                r#"{"data": [{"kind": "document", "id": "d1", "title": "contract.pdf", "#,
                r#""chunk": {"position": 3, "range": {"start": 900, "end": 1800}}}]}"#
            ),
            "/api/v1/documents/d1/text" => r#"{"text": "0.2 % a day", "has_more": false}"#,
            "/api/v1/parties" => r#"{"data": []}"#,
            "/api/v1/invoices" => r#"{"id": "i1", "number": null}"#,
            _ => r#"{"text": "Invoice 2026/118", "has_more": false}"#,
        };
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n";
        let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
    }

    async fn answer(&self, model: Model, mut stream: TcpStream) {
        let head =
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\r\n";
        let text = match model {
            Model::Answers => "0.2 % a day [1]",
            Model::ReadsInvoice => &DRAFT.replace('\n', " "),
            Model::Drips | Model::Never => {
                if matches!(model, Model::Drips) {
                    let _ = stream.write_all(head).await;
                }
                return self.until_closed(model, stream).await;
            }
        };
        let _ = stream.write_all(head).await;
        let said = format!(r#"{{"choices": [{{"delta": {{"content": "{text}"}}}}]}}"#);
        let end = r#"{"choices": [{"delta": {}, "finish_reason": "stop"}]}"#;
        let body = format!("data: {said}\n\ndata: {end}\n\ndata: [DONE]\n\n");
        let _ = stream.write_all(body.as_bytes()).await;
    }

    async fn until_closed(&self, model: Model, mut stream: TcpStream) {
        let (mut reading, mut writing) = stream.split();
        let piece = b"data: {\"choices\": [{\"delta\": {\"content\": \"t \"}}]}\n\n";
        let drip = async {
            while matches!(model, Model::Drips) && writing.write_all(piece).await.is_ok() {
                sleep(Duration::from_millis(20)).await;
            }
            std::future::pending::<()>().await;
        };
        let mut byte = [0];
        tokio::select! {
            _ = reading.read(&mut byte) => {}
            () = drip => {}
        }
        self.closed.send_modify(|closed| closed.push(Instant::now()));
    }
}

/// The head of a request that was read as a whole.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&read);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(head.to_owned());
        }
    }
}
