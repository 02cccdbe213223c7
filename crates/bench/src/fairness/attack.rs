//! The attacks of one tenant.

/// One way to use up what all tenants share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attack {
    Requests,
    Searches,
    Uploads,
    SlowUploads,
    Streams,
    Sockets,
    Jobs,
    Logins,
}

impl Attack {
    pub const ALL: [Self; 8] = [
        Self::Requests,
        Self::Searches,
        Self::Uploads,
        Self::SlowUploads,
        Self::Streams,
        Self::Sockets,
        Self::Jobs,
        Self::Logins,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Searches => "searches",
            Self::Uploads => "uploads",
            Self::SlowUploads => "slow uploads",
            Self::Streams => "streams",
            Self::Sockets => "sockets without a credential",
            Self::Jobs => "jobs",
            Self::Logins => "logins (argon2)",
        }
    }

    pub const fn connections(self) -> usize {
        match self {
            Self::Requests | Self::Searches | Self::Logins => 32,
            Self::Uploads | Self::Jobs => 16,
            Self::SlowUploads => 64,
            Self::Streams | Self::Sockets => 500,
        }
    }
}
