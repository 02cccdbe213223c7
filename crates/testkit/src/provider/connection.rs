use std::{io, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
};

use super::{
    Answer, ReceivedRequest,
    answer::{Framing, Step},
    state::State,
};

/// Answers the requests of a connection, one after the other.
pub(super) async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let _open = state.opened();
    // Each piece is a packet: tests say how the bytes are split.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let mut input = Vec::new();
    while let Some(request) = ReceivedRequest::read(&mut stream, &mut input).await {
        let answer = state.answer(request);
        let (mut reader, mut writer) = stream.split();
        let kept = tokio::select! {
            kept = send(&mut writer, &answer) => kept.unwrap_or(false),
            () = gone(&mut reader, &mut input) => false,
        };
        if !kept {
            break;
        }
    }
}

/// Returns when the client has closed the connection.
async fn gone(reader: &mut ReadHalf<'_>, input: &mut Vec<u8>) {
    while matches!(reader.read_buf(input).await, Ok(1..)) {}
}

/// Sends an answer; whether the connection stays.
async fn send(writer: &mut WriteHalf<'_>, answer: &Answer) -> io::Result<bool> {
    if answer.framing != Framing::Raw {
        writer.write_all(head(answer).as_bytes()).await?;
    }
    for step in &answer.steps {
        match step {
            Step::Piece(bytes) => piece(writer, answer.framing, bytes).await?,
            Step::Pause(pause) => tokio::time::sleep(*pause).await,
            Step::Stall => std::future::pending().await,
            Step::Cut => return Ok(false),
            Step::Endless(bytes, every) => loop {
                piece(writer, answer.framing, bytes).await?;
                tokio::time::sleep(*every).await;
            },
        }
    }
    if answer.framing == Framing::Chunked {
        writer.write_all(b"0\r\n\r\n").await?;
    }
    Ok(matches!(answer.framing, Framing::Length | Framing::Chunked))
}

async fn piece(writer: &mut WriteHalf<'_>, framing: Framing, bytes: &[u8]) -> io::Result<()> {
    if framing == Framing::Chunked {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        return writer.write_all(&chunk).await;
    }
    writer.write_all(bytes).await
}

fn head(answer: &Answer) -> String {
    let mut lines = vec![format!("HTTP/1.1 {} Status", answer.status)];
    lines.extend(answer.headers.iter().map(|(name, value)| format!("{name}: {value}")));
    match answer.framing {
        Framing::Length => {
            let pieces = answer.steps.iter().map(|step| match step {
                Step::Piece(bytes) => bytes.len(),
                _ => 0,
            });
            lines.push(format!("content-length: {}", pieces.sum::<usize>()));
        }
        Framing::Chunked => lines.push("transfer-encoding: chunked".to_owned()),
        Framing::UntilClose => lines.push("connection: close".to_owned()),
        Framing::Raw => {}
    }
    lines.join("\r\n") + "\r\n\r\n"
}
