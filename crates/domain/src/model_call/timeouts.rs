use std::time::Duration;

/// How long a call of a model may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelTimeouts {
    /// Until the connection stands, TLS included.
    pub connect: Duration,
    /// From the request to the first content. Comments and pings do not count as content.
    pub first_token: Duration,
    /// From one line of the answer to the next, once content has come; comments count.
    pub idle: Duration,
    /// The whole execution, with all its attempts.
    pub total: Duration,
}

impl Default for ModelTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_token: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            total: Duration::from_mins(10),
        }
    }
}
