use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        self, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use plinth_ports::{Mail, Mailer, MailerError};
use secrecy::{ExposeSecret, SecretString};

use crate::Sender;

/// How long a connection stays open without a mail.
const IDLE: Duration = Duration::from_secs(30);

/// The most connections of a process. Servers refuse more from one client.
const CONNECTIONS: u32 = 4;

/// The most characters of a server's answer that are kept.
const ANSWER: usize = 200;

/// How the connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// By STARTTLS (RFC 3207); a server without it gets no mail.
    StartTls,
    /// From its first byte (RFC 8314).
    Implicit,
    /// Not at all.
    None,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: SmtpTls,
    /// A file with more certificates of authorities (PEM), beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// The account; `None` where the server asks for none.
    pub login: Option<(String, SecretString)>,
    /// How long a mail may take.
    pub timeout: Duration,
}

/// The options cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSmtp {
    /// The file of certificates cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        source: std::io::Error,
    },
    /// The certificates, or the name of the server, cannot be used.
    #[error("TLS to the mail server cannot be set up")]
    Tls(#[source] smtp::Error),
}

/// Sends mails by SMTP (RFC 5321), over connections that are kept.
pub struct SmtpMailer {
    sender: Sender,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    timeout: Duration,
}

impl SmtpMailer {
    /// Connects at the first mail.
    pub fn new(sender: Sender, options: &SmtpOptions) -> Result<Self, InvalidSmtp> {
        let tls = match options.tls {
            SmtpTls::StartTls => Tls::Required(parameters(options)?),
            SmtpTls::Implicit => Tls::Wrapper(parameters(options)?),
            SmtpTls::None => Tls::None,
        };
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE);
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&options.host)
            .port(options.port)
            .tls(tls)
            .timeout(Some(options.timeout))
            .pool_config(pool);
        let builder = match &options.login {
            Some((user, password)) => {
                let password = password.expose_secret().to_owned();
                builder.credentials(Credentials::new(user.clone(), password))
            }
            None => builder,
        };
        Ok(Self { sender, transport: builder.build(), timeout: options.timeout })
    }

    /// Whether the server answers, and accepts the account.
    pub async fn check(&self) -> Result<(), MailerError> {
        if self.in_time(self.transport.test_connection()).await? {
            Ok(())
        } else {
            Err(MailerError::Unavailable("the server does not answer".into()))
        }
    }

    /// lettre limits only how long it connects.
    async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, smtp::Error>>,
    ) -> Result<T, MailerError> {
        match tokio::time::timeout(self.timeout, answer).await {
            Ok(answered) => answered.map_err(told),
            Err(elapsed) => Err(MailerError::Unavailable(elapsed.into())),
        }
    }
}

fn parameters(options: &SmtpOptions) -> Result<TlsParameters, InvalidSmtp> {
    let builder = TlsParameters::builder(options.host.clone());
    let builder = match &options.ca_file {
        None => builder,
        Some(path) => {
            let unreadable = |source| InvalidSmtp::Unreadable { path: path.clone(), source };
            let pem = std::fs::read(path).map_err(unreadable)?;
            builder.add_root_certificate(Certificate::from_pem(&pem).map_err(InvalidSmtp::Tls)?)
        }
    };
    builder.build_rustls().map_err(InvalidSmtp::Tls)
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        let message = self.sender.message(mail).map_err(MailerError::Unavailable)?;
        self.in_time(self.transport.send(message)).await.map(drop)
    }
}

fn told(error: smtp::Error) -> MailerError {
    if error.is_permanent() {
        let answer = error.to_string();
        let line = answer.chars().map(|c| if c.is_control() { ' ' } else { c });
        MailerError::Refused(line.take(ANSWER).collect())
    } else {
        MailerError::Unavailable(error.into())
    }
}
