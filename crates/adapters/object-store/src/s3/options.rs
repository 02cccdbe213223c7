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

/// The timeout of a connection attempt.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The timeout of one attempt's response, and of a download's next bytes.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// The timeout of a call with all its attempts: no longer than that of a request.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Address, credentials and dialect of an S3-compatible service.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// The URL without the bucket; `None` for Amazon S3.
    pub endpoint: Option<Url>,
    /// The URL in presigned URLs, if clients reach the service by another one.
    pub public_endpoint: Option<Url>,
    /// The region, part of every signature.
    pub region: String,
    /// The bucket, which must exist.
    pub bucket: String,
    /// Whether URLs contain the bucket in the path instead of the host name.
    pub path_style: bool,
    /// The credentials; `None` for those of the environment or of the machine's role.
    pub credentials: Option<S3Credentials>,
    /// The checksum of uploaded bytes, beside their signature.
    pub checksum: Checksum,
}

/// Static credentials of a service.
#[derive(Debug, Clone)]
pub struct S3Credentials {
    /// The public part.
    pub access_key_id: String,
    /// The secret part.
    pub secret_access_key: SecretString,
}

/// The checksum that is sent with uploaded bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checksum {
    /// No checksum: some services refuse them.
    #[default]
    None,
    /// SHA-256 of every part. Clients cannot upload parts by presigned URLs then.
    Sha256,
}

impl S3Options {
    /// The client of this process.
    pub(super) fn store(&self) -> Result<AmazonS3> {
        self.builder(self.endpoint.as_ref())?.build().map_err(of_objects)
    }

    /// The client for URLs of the public endpoint.
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
            // Overrides an endpoint from the environment.
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
            // Not every service supports bulk deletion.
            .with_disable_bulk_delete(true)
            .with_client_options(client(endpoint))
            .with_retry(retries()))
    }

    /// The endpoint in the form that `object_store` requires: with the bucket, if that is part of
    /// the host name.
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
        .with_connect_timeout(CONNECT_TIMEOUT)
        // A timeout of the whole request would interrupt long downloads.
        .with_timeout_disabled()
        .with_read_timeout(READ_TIMEOUT)
}

fn retries() -> RetryConfig {
    let backoff = BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() };
    RetryConfig { backoff, max_retries: 3, retry_timeout: CALL_TIMEOUT }
}
