//! A private object storage.

use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use plinth_local_servers::S3;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};

#[tokio::test]
async fn it_responds_while_it_is_held_and_only_with_its_keys() {
    let s3 = S3::start().unwrap();
    let port = s3.port();
    let url = s3.url();
    let keys = url.strip_prefix("http://").and_then(|rest| rest.split_once('@')).unwrap().0;
    let (access, secret) = keys.split_once(':').unwrap();

    assert_eq!(put(port, access, secret).await, 200);
    assert_eq!(put(port, access, "another").await, 403);

    s3.stop();
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
}

#[test]
fn two_servers_are_independent() {
    let (first, second) = (S3::start().unwrap(), S3::start().unwrap());
    assert_ne!(first.port(), second.port());
}

#[tokio::test]
async fn each_test_has_its_own_bucket() {
    let (first, second) = (plinth_testkit::s3().await, plinth_testkit::s3().await);
    assert_ne!(first.bucket, second.bucket);
}

/// Stores an object in the initial bucket, and returns the status.
async fn put(port: u16, access: &str, secret: &str) -> u16 {
    let endpoint = format!("http://127.0.0.1:{port}").parse().unwrap();
    let bucket = Bucket::new(endpoint, UrlStyle::Path, S3::BUCKET, "us-east-1").unwrap();
    let keys = Credentials::new(access, secret);
    let url = bucket.put_object(Some(&keys), "kept").sign(Duration::from_mins(1));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.put(url).body("bytes").send().await.unwrap().status().as_u16()
}
