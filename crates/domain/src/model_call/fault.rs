use crate::Code;

crate::codes! {
    PROVIDER_AUTH = "provider.auth", "The provider refuses the model's secret (401 or 403).";
    PROVIDER_REJECTED = "provider.rejected", "The provider refuses the request (400, 413 or 422).";
    PROVIDER_MODEL_UNKNOWN = "provider.model_unknown", "The provider has no such model (404).";
    PROVIDER_RATE_LIMITED = "provider.rate_limited", "The provider takes no more requests for now (429).";
    PROVIDER_QUOTA = "provider.quota", "The provider's account has no credit left.";
    PROVIDER_UNAVAILABLE = "provider.unavailable", "The provider is out of order or overloaded (500 to 599).";
    PROVIDER_UNREACHABLE = "provider.unreachable",
        "No connection to the provider: refused, no address, TLS, or broken before an answer.";
    PROVIDER_FAILED = "provider.failed", "The provider reported an error in the middle of its answer.";
    PROVIDER_INVALID_RESPONSE = "provider.invalid_response", "The answer is not what the provider's API says.";
    PROVIDER_TOO_LARGE = "provider.too_large", "The answer, or one line of it, is larger than 8 MiB.";
    PROVIDER_STREAM_CUT = "provider.stream_cut", "The connection ended in the middle of the answer.";
    PROVIDER_STREAM_INCOMPLETE = "provider.stream_incomplete",
        "The answer ended without the reason for which it ended.";
    TIMEOUT_CONNECT = "timeout.connect", "The connection to the provider took too long.";
    TIMEOUT_FIRST_TOKEN = "timeout.first_token", "The provider's first token took too long.";
    TIMEOUT_IDLE = "timeout.idle", "The provider went silent in the middle of its answer.";
    TIMEOUT_TOTAL = "timeout.total", "The whole execution took too long.";
    ADDRESS_FORBIDDEN = "address.forbidden",
        "An address is not public, not HTTPS, or redirects: nothing was sent to it.";
}

/// Why a call of a model failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each has the code of its name, which has a sentence")]
pub enum ModelFault {
    Auth,
    Rejected,
    ModelUnknown,
    RateLimited,
    Quota,
    Unavailable,
    Unreachable,
    Failed,
    InvalidResponse,
    TooLarge,
    StreamCut,
    StreamIncomplete,
    ConnectTimeout,
    FirstTokenTimeout,
    IdleTimeout,
    TotalTimeout,
    AddressForbidden,
}

impl ModelFault {
    /// Every fault.
    pub const ALL: [Self; 17] = [
        Self::Auth,
        Self::Rejected,
        Self::ModelUnknown,
        Self::RateLimited,
        Self::Quota,
        Self::Unavailable,
        Self::Unreachable,
        Self::Failed,
        Self::InvalidResponse,
        Self::TooLarge,
        Self::StreamCut,
        Self::StreamIncomplete,
        Self::ConnectTimeout,
        Self::FirstTokenTimeout,
        Self::IdleTimeout,
        Self::TotalTimeout,
        Self::AddressForbidden,
    ];

    /// The code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Auth => PROVIDER_AUTH,
            Self::Rejected => PROVIDER_REJECTED,
            Self::ModelUnknown => PROVIDER_MODEL_UNKNOWN,
            Self::RateLimited => PROVIDER_RATE_LIMITED,
            Self::Quota => PROVIDER_QUOTA,
            Self::Unavailable => PROVIDER_UNAVAILABLE,
            Self::Unreachable => PROVIDER_UNREACHABLE,
            Self::Failed => PROVIDER_FAILED,
            Self::InvalidResponse => PROVIDER_INVALID_RESPONSE,
            Self::TooLarge => PROVIDER_TOO_LARGE,
            Self::StreamCut => PROVIDER_STREAM_CUT,
            Self::StreamIncomplete => PROVIDER_STREAM_INCOMPLETE,
            Self::ConnectTimeout => TIMEOUT_CONNECT,
            Self::FirstTokenTimeout => TIMEOUT_FIRST_TOKEN,
            Self::IdleTimeout => TIMEOUT_IDLE,
            Self::TotalTimeout => TIMEOUT_TOTAL,
            Self::AddressForbidden => ADDRESS_FORBIDDEN,
        }
    }

    /// Whether the execution ends as `timed_out` instead of `failed`.
    #[must_use]
    pub const fn is_timeout(self) -> bool {
        matches!(
            self,
            Self::ConnectTimeout | Self::FirstTokenTimeout | Self::IdleTimeout | Self::TotalTimeout
        )
    }

    /// How many further attempts at the same model may follow before the next model is asked.
    #[must_use]
    pub const fn retries(self) -> u32 {
        match self {
            Self::Unavailable => 2,
            Self::Unreachable | Self::ConnectTimeout | Self::RateLimited => 1,
            _ => 0,
        }
    }

    /// Whether another model may answer instead.
    #[must_use]
    pub const fn may_fall_back(self) -> bool {
        !matches!(self, Self::Rejected | Self::TotalTimeout)
    }
}
