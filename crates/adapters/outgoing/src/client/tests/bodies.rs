use std::time::Duration;

use plinth_testkit::provider::{Answer, FakeProvider};

use super::{PATIENCE, client_of, request_to};
use crate::{BodyError, OutgoingError};

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    let server = FakeProvider::start().await;
    let client = client_of(&[&server]);
    server.answer_with(|_| Answer::json(200, "0123456789"));
    let mut whole = client.send(request_to(&server).at_most(10)).await.unwrap();
    assert_eq!(whole.rest().await.unwrap(), "0123456789");
    let mut long = client.send(request_to(&server).at_most(9)).await.unwrap();
    assert_eq!(long.rest().await, Err(BodyError::TooLarge));
}

#[tokio::test]
async fn an_endless_body_ends_at_the_limit_and_closes_the_connection() {
    let server = FakeProvider::start().await;
    server.script([Answer::stream([""; 0]).endless("x".repeat(65_536), Duration::ZERO)]);
    let client = client_of(&[&server]);
    let mut answer = client.send(request_to(&server).at_most(1 << 20)).await.unwrap();
    assert_eq!(answer.rest().await, Err(BodyError::TooLarge));
    drop(answer);
    assert!(server.wait_for(|server| server.open_connections() == 0, PATIENCE).await);
}

#[tokio::test]
async fn a_body_that_is_compressed_unasked_is_refused_before_it_is_read() {
    let server = FakeProvider::start().await;
    let bomb = Answer::json(200, vec![b' '; 32 << 20]).gzip();
    server.script([bomb]);
    let refused = client_of(&[&server]).send(request_to(&server)).await.unwrap_err();
    assert_eq!(refused, OutgoingError::Encoded { status: 200 });
    assert_eq!(server.requests()[0].header("accept-encoding"), Some("identity"));
    assert!(server.wait_for(|server| server.open_connections() == 0, PATIENCE).await);
}

#[tokio::test]
async fn a_body_whose_connection_ends_early_is_cut() {
    let server = FakeProvider::start().await;
    server.script([Answer::stream(["data: 1\n\n"]).cut()]);
    let mut answer = client_of(&[&server]).send(request_to(&server)).await.unwrap();
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "data: 1\n\n");
    assert!(matches!(answer.chunk().await, Err(BodyError::Cut { .. })));
}

#[tokio::test]
async fn a_connection_is_used_again_once_its_answer_was_read() {
    let server = FakeProvider::start().await;
    let client = client_of(&[&server]);
    server.answer_with(|_| Answer::json(200, "{}"));
    for _ in 0..5 {
        client.send(request_to(&server)).await.unwrap().rest().await.unwrap();
    }
    assert_eq!(server.connections().len(), 1);
}
