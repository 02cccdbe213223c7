//! A bucket for one test.

use std::time::Duration;

use rusty_s3::{
    Bucket, Credentials, S3Action, UrlStyle,
    actions::{CreateBucket, GetObject},
};
use url::Url;

use crate::environment::s3_url;
use crate::template::random_name;

/// The region of buckets, which is the default one.
const REGION: &str = "us-east-1";

/// A bucket that only this test uses, in the tests' object storage. It is removed with the server.
#[derive(Debug, Clone)]
pub struct S3 {
    /// URL of the service; buckets are part of the path.
    pub endpoint: Url,
    /// Region.
    pub region: &'static str,
    /// Name of the bucket.
    pub bucket: String,
    /// Access key ID.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
}

impl S3 {
    /// The keys of the first thousand objects.
    ///
    /// # Panics
    /// When the server returns an error.
    pub async fn keys(&self) -> Vec<String> {
        match list(self).await {
            Ok(keys) => keys,
            Err(error) => panic!("the tests' object storage refused to list a bucket: {error}"),
        }
    }
}

/// An empty bucket.
///
/// # Panics
/// Outside `./justw test`, and when the server returns an error.
pub async fn s3() -> S3 {
    let name = format!("test-{}", random_name(32));
    let Some(s3) = parse(&s3_url(), name) else {
        panic!("the URL of the tests' object storage is not http://key:secret@host")
    };
    if let Err(error) = create(&s3).await {
        panic!("the tests' object storage refused to create a bucket: {error}");
    }
    s3
}

/// Reads the URL of `with-servers`, whose keys need no escaping.
fn parse(url: &str, bucket: String) -> Option<S3> {
    let mut endpoint = Url::parse(url).ok()?;
    let access_key_id = endpoint.username().to_owned();
    let secret_access_key = endpoint.password()?.to_owned();
    endpoint.set_username("").ok()?;
    endpoint.set_password(None).ok()?;
    Some(S3 { endpoint, region: REGION, bucket, access_key_id, secret_access_key })
}

async fn create(s3: &S3) -> Result<(), Box<dyn std::error::Error>> {
    let bucket = Bucket::new(s3.endpoint.clone(), UrlStyle::Path, s3.bucket.clone(), s3.region)?;
    let credentials = Credentials::new(&s3.access_key_id, &s3.secret_access_key);
    let url = CreateBucket::new(&bucket, &credentials).sign(Duration::from_mins(1));
    let client = reqwest::Client::builder().no_proxy().build()?;
    client.put(url).send().await?.error_for_status()?;
    Ok(())
}

async fn list(s3: &S3) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let bucket = Bucket::new(s3.endpoint.clone(), UrlStyle::Path, s3.bucket.clone(), s3.region)?;
    let credentials = Credentials::new(&s3.access_key_id, &s3.secret_access_key);
    // A GET of the bucket itself. The library parses lists only with a parser of XML.
    let mut listing = GetObject::new(&bucket, Some(&credentials), "");
    listing.query_mut().insert("list-type", "2");
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = listing.sign(Duration::from_mins(1));
    let listed = client.get(url).send().await?.error_for_status()?.text().await?;
    if !listed.contains("<ListBucketResult") {
        return Err(format!("no list: {listed}").into());
    }
    let keys = listed.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
    Ok(keys.map(|(key, _)| key.to_owned()).collect())
}
