use std::time::Duration;

use object_store::{
    BackoffConfig, ClientOptions, RetryConfig,
    aws::{
        AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, AwsCredentialProvider, Checksum as Algorithm,
    },
};
use plinth_ports::Result;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::error::{of_objects, other};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one try may wait for an answer, and a download for its next bytes.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a call may take, all of its tries together: no longer than a request.
pub(super) const CALL: Duration = Duration::from_secs(30);

/// Where an S3-compatible service is, and how it is spoken to.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// Its URL without the bucket; `None` for Amazon's own.
    pub endpoint: Option<Url>,
    /// Its URL as clients reach it, when that is another one: for presigned URLs.
    pub public_endpoint: Option<Url>,
    /// Its region.
    pub region: String,
    /// The bucket, which exists already.
    pub bucket: String,
    /// Whether the bucket stands in the path of URLs, not in front of the host.
    pub path_style: bool,
    /// The keys; `None` for those of the environment, or of the machine's role.
    pub credentials: Option<S3Credentials>,
    /// What the service checks received bytes with, beside their signature.
    pub checksum: Checksum,
}

/// The keys to a service.
#[derive(Debug, Clone)]
pub struct S3Credentials {
    /// The public one.
    pub access_key_id: String,
    /// The secret one.
    pub secret_access_key: SecretString,
}

/// What a service checks received bytes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checksum {
    /// Nothing: some services refuse checksums.
    #[default]
    None,
    /// SHA-256 of every part. Clients cannot upload parts by presigned URLs then.
    Sha256,
}

impl S3Options {
    /// The service as this process reaches it.
    pub(super) fn store(&self) -> Result<AmazonS3> {
        self.builder(self.endpoint.as_ref())?.build().map_err(of_objects)
    }

    /// The service as clients reach it.
    pub(super) fn public_store(&self, credentials: &AwsCredentialProvider) -> Result<AmazonS3> {
        let endpoint = self.public_endpoint.as_ref().or(self.endpoint.as_ref());
        let builder = self.builder(endpoint)?.with_credentials(credentials.clone());
        builder.build().map_err(of_objects)
    }

    fn builder(&self, endpoint: Option<&Url>) -> Result<AmazonS3Builder> {
        let mut builder = match &self.credentials {
            Some(keys) => AmazonS3Builder::new()
                .with_access_key_id(&keys.access_key_id)
                .with_secret_access_key(keys.secret_access_key.expose_secret()),
            None => AmazonS3Builder::from_env(),
        };
        if let Some(endpoint) = endpoint {
            // This one goes before whatever endpoint the environment names.
            let endpoint = self.host_of_bucket(endpoint)?;
            builder = builder.with_config(AmazonS3ConfigKey::S3Endpoint, endpoint);
        }
        if self.checksum == Checksum::Sha256 {
            builder = builder.with_checksum_algorithm(Algorithm::SHA256);
        }
        Ok(builder
            .with_region(&self.region)
            .with_bucket_name(&self.bucket)
            .with_virtual_hosted_style_request(!self.path_style)
            // Not every service knows how to delete many at once.
            .with_disable_bulk_delete(true)
            .with_client_options(client(endpoint))
            .with_retry(retries()))
    }

    /// The endpoint as `object_store` wants it: with the bucket, when that is part of the host.
    fn host_of_bucket(&self, endpoint: &Url) -> Result<String> {
        let mut url = endpoint.clone();
        if !self.path_style
            && let Some(host) = endpoint.host_str()
        {
            url.set_host(Some(&format!("{}.{host}", self.bucket))).map_err(other)?;
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}

fn client(endpoint: Option<&Url>) -> ClientOptions {
    ClientOptions::new()
        .with_allow_http(endpoint.is_some_and(|url| url.scheme() == "http"))
        .with_connect_timeout(CONNECT)
        // A limit on the whole would cut off long downloads; one on silence does not.
        .with_timeout_disabled()
        .with_read_timeout(ANSWER)
}

fn retries() -> RetryConfig {
    let backoff = BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() };
    RetryConfig { backoff, max_retries: 3, retry_timeout: CALL }
}
