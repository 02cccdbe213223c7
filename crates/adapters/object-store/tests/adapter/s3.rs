//! Blobs on a real S3 server fulfil the contract of the port, and presigned URLs give access.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::TryStreamExt;
use plinth_contract_tests::BlobStorage;
use plinth_domain::{BlobKey, BlobLocation, Id};
use plinth_in_process::UuidV7;
use plinth_object_store::{Checksum, S3Blobs, S3Credentials, S3Options};
use plinth_ports::{
    Blobs, Disposition, Health, Ids, PART_BYTES, PartReceipt, PresignedUrl, Result, StoreError,
};

plinth_contract_tests::blobs_contract!(storage(Checksum::None).await);

mod with_checksums {
    use super::*;

    plinth_contract_tests::blobs_contract!(storage(Checksum::Sha256).await);
}

const TTL: Duration = Duration::from_mins(5);

async fn storage(checksum: Checksum) -> BlobStorage {
    let options = S3Options { checksum, ..options().await };
    BlobStorage::new(Arc::new(S3Blobs::new(&options).unwrap()))
}

async fn options() -> S3Options {
    let s3 = plinth_testkit::s3().await;
    S3Options {
        endpoint: Some(s3.endpoint),
        public_endpoint: None,
        region: s3.region.to_owned(),
        bucket: s3.bucket,
        path_style: true,
        credentials: Some(S3Credentials {
            access_key_id: s3.access_key_id,
            secret_access_key: s3.secret_access_key.into(),
        }),
        checksum: Checksum::None,
    }
}

pub async fn blobs() -> S3Blobs {
    S3Blobs::new(&options().await).unwrap()
}

fn key() -> BlobKey {
    let id = || UuidV7.next();
    BlobKey::new(
        Id::from_uuid(id()),
        BlobLocation::Content(Id::from_uuid(id()), Id::from_uuid(id())),
    )
}

fn disposition() -> Disposition {
    Disposition {
        content_type: "application/pdf",
        content_disposition: "attachment; filename=\"a b+c.pdf\"; filename*=UTF-8''%C3%A4%20b.pdf"
            .to_owned(),
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn signed(blobs: &S3Blobs, key: &BlobKey, ttl: Duration) -> String {
    blobs.presign_read(key, &disposition(), ttl).await.unwrap().unwrap().0
}

#[tokio::test]
async fn a_signed_url_reads_one_blob_and_says_what_it_is() {
    let blobs = blobs().await;
    let (key, other) = (key(), key());
    blobs.put(&key, Bytes::from_static(b"the bytes")).await.unwrap();
    blobs.put(&other, Bytes::from_static(b"others")).await.unwrap();
    let url = signed(&blobs, &key, TTL).await;

    let answer = http().get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(answer.headers()["content-disposition"], disposition().content_disposition);
    assert_eq!(answer.bytes().await.unwrap(), "the bytes");

    let part = http().get(&url).header("Range", "bytes=4-").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), "bytes");

    for changed in [
        url.replace(&key.to_string(), &other.to_string()),
        url.replace("application%2Fpdf", "text%2Fhtml"),
    ] {
        assert_ne!(changed, url);
        assert_eq!(http().get(changed).send().await.unwrap().status(), 403);
    }
    assert_eq!(http().put(&url).body("mine").send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_signed_url_ends() {
    let blobs = blobs().await;
    let key = key();
    blobs.put(&key, Bytes::from_static(b"the bytes")).await.unwrap();
    let url = signed(&blobs, &key, Duration::from_secs(1)).await;
    let deadline = Instant::now() + Duration::from_secs(30);
    while http().get(&url).send().await.unwrap().status() != 403 {
        assert!(Instant::now() < deadline, "the URL still reads");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn parts_that_clients_put_by_signed_urls_make_up_a_blob() {
    let blobs = blobs().await;
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    let mut receipts = Vec::new();
    for (number, part) in [(0, vec![1; PART_BYTES]), (1, b"the end".to_vec())] {
        let length = part.len() as u64;
        let url = blobs.presign_part(&key, &upload, number, length, TTL).await.unwrap().unwrap();
        let answer = http().put(url.0).body(part).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let receipt = answer.headers()["etag"].to_str().unwrap().to_owned();
        receipts.push(PartReceipt(receipt));
    }
    blobs.complete(&key, &upload, &receipts).await.unwrap();

    let end = PART_BYTES as u64 + 7;
    assert_eq!(blobs.find(&key).await.unwrap().unwrap().size, end);
    let stream = blobs.read(&key, Some(end - 8..end)).await.unwrap().unwrap();
    let read: Vec<Bytes> = stream.try_collect().await.unwrap();
    assert_eq!(read.concat(), b"\x01the end");
}

#[tokio::test]
async fn a_signed_url_takes_a_part_of_the_declared_length_and_no_other() {
    let blobs = blobs().await;
    let key = key();
    let upload = blobs.begin(&key).await.unwrap();
    let url = blobs.presign_part(&key, &upload, 0, 7, TTL).await.unwrap().unwrap().0;
    for part in [&b"the end"[..6], b"the end.", &b"x".repeat(100_000)] {
        let answer = http().put(&url).body(part.to_vec()).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{} bytes", part.len());
    }
    assert_eq!(http().put(&url).body("the end").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn where_parts_need_checksums_clients_do_not_put_them() {
    let options = S3Options { checksum: Checksum::Sha256, ..options().await };
    let blobs = S3Blobs::new(&options).unwrap();
    let upload = blobs.begin(&key()).await.unwrap();
    assert_eq!(blobs.presign_part(&key(), &upload, 0, 1, TTL).await.unwrap(), None);
}

#[tokio::test]
async fn urls_name_the_public_endpoint_and_the_bucket_where_it_belongs() {
    let public = Some("https://files.example.com".parse().unwrap());
    let in_path = S3Options {
        endpoint: None,
        public_endpoint: public,
        bucket: "b".into(),
        ..options().await
    };
    let in_host = S3Options { path_style: false, ..in_path.clone() };
    for (options, beginning) in [
        (in_path, "https://files.example.com/b/org/"),
        (in_host, "https://b.files.example.com/org/"),
    ] {
        let blobs = S3Blobs::new(&options).unwrap();
        let PresignedUrl(url) =
            blobs.presign_read(&key(), &disposition(), TTL).await.unwrap().unwrap();
        assert!(url.starts_with(beginning), "{url}");
    }
}

#[tokio::test]
async fn a_bucket_is_well_while_it_can_be_listed() {
    let options = options().await;
    assert_eq!(S3Blobs::new(&options).unwrap().check().await.unwrap(), "ok");

    let no_bucket = S3Options { bucket: "not-there".to_owned(), ..options.clone() };
    assert!(S3Blobs::new(&no_bucket).unwrap().check().await.is_err());

    let wrong = S3Credentials { access_key_id: "a".into(), secret_access_key: "wrong".into() };
    let shut_out = S3Options { credentials: Some(wrong), ..options };
    let blobs = S3Blobs::new(&shut_out).unwrap();
    assert!(blobs.check().await.is_err());
    // A retry does not help.
    assert!(matches!(blobs.find(&key()).await, Err(StoreError::Other(_))));
}

#[tokio::test]
async fn a_service_that_is_away_is_unavailable_within_seconds() {
    // No process listens on this port: it was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let away = Some(format!("http://127.0.0.1:{port}").parse().unwrap());
    let blobs = S3Blobs::new(&S3Options { endpoint: away, ..options().await }).unwrap();
    let (key, begun) = (key(), Instant::now());
    let results: [Result<()>; 4] = [
        blobs.put(&key, Bytes::from_static(b"x")).await,
        blobs.find(&key).await.map(drop),
        blobs.begin(&key).await.map(drop),
        blobs.list().try_collect::<Vec<_>>().await.map(drop),
    ];
    for result in results {
        assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
    }
    assert!(blobs.check().await.is_err());
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_service_that_fails_for_now_is_unavailable() {
    let failing = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", failing.local_addr().unwrap()).parse().unwrap();
    // The server ends with the test's process.
    thread::spawn(move || {
        for stream in failing.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).unwrap();
            let answer =
                b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(answer).unwrap();
        }
    });
    let blobs = S3Blobs::new(&S3Options { endpoint: Some(endpoint), ..options().await }).unwrap();
    let found = blobs.find(&key()).await;
    assert!(matches!(found, Err(StoreError::Unavailable(_))), "{found:?}");
    let begun = blobs.begin(&key()).await;
    assert!(matches!(begun, Err(StoreError::Unavailable(_))), "{begun:?}");
}

#[tokio::test]
async fn a_service_that_says_nothing_is_not_waited_for() {
    // The operating system accepts connections, but no process responds.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap()).parse().unwrap();
    let blobs = S3Blobs::new(&S3Options { endpoint: Some(endpoint), ..options().await }).unwrap();
    let begun = Instant::now();
    assert!(blobs.check().await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
}
