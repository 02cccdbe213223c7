use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use plinth_domain::{
    Code, Forbidden, Invalid, InvalidTransition, OrganizationId, PlanLimit, codes,
};
use plinth_ports::{Constraint, HasherError, RateDecision, Record, StoreError};

use crate::{challenge::Challenge, limits::PLAN_LIMIT_EXCEEDED};

plinth_domain::codes! {
    AUTH_BUSY = "auth.busy",
        "Too many passwords are being checked; try again after Retry-After.";
    AUTH_INVALID_TOKEN = "auth.invalid_token",
        "The token is malformed, unknown, expired or revoked.";
    AUTH_SECOND_FACTOR_NEEDED = "auth.second_factor_needed",
        "The password is right, and the account has a second factor, which has to follow.";
    AUTH_SECOND_FACTOR_REQUIRED = "auth.second_factor_required",
        "The organization requires a second factor of its members: set one up first.";
    AUTH_STEP_UP_REQUIRED = "auth.step_up_required",
        "Prove again who you are, by POST /auth/step-up: the last proof is older than ten minutes.";
    AUTH_USERS_ONLY = "auth.users_only",
        "An API key or a support session cannot do this; a person's access token can.";
    NOT_FOUND = "not_found", "Not found, or not visible to the caller.";
    ORGANIZATION_SUSPENDED = "organization.suspended",
        "The operator has suspended the organization, or an owner has asked for its removal.";
    ORGANIZATION_BUSY = "organization.busy",
        "The organization has as many requests at work as it may; try again after Retry-After.";
    RECORD_IN_USE = "record.in_use",
        "Other records refer to it; remove them or take them out first.";
    SEARCH_BUSY = "search.busy",
        "The organization runs as many searches and filtered lists as it may; try again.";
    SEARCH_TIMEOUT = "search.timeout",
        "The search or filtered list took too long: narrow it, or try again later.";
    STATE_TRANSITION = "state.transition", "The record's state does not allow it.";
}

type Source = Box<dyn std::error::Error + Send + Sync>;

/// An invalid field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// A JSON pointer (RFC 6901) into the body: `/ends_on`.
    pub pointer: String,
    /// The code and the explanation.
    pub invalid: Invalid,
}

impl FieldFault {
    /// A fault at a pointer.
    pub fn new(pointer: impl Into<String>, invalid: Invalid) -> Self {
        Self { pointer: pointer.into(), invalid }
    }
}

/// What the maximum number of concurrent uploads is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadBound {
    /// The process.
    Process,
    /// One organization.
    Organization,
    /// One user.
    User,
}

impl fmt::Display for UploadBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Process => "on this server",
            Self::Organization => "for one organization",
            Self::User => "for one user",
        })
    }
}

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not found, or not visible to the caller.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The credential is missing, wrong or expired.
    #[error("{detail}")]
    Unauthenticated {
        /// The code: `auth.invalid_token`.
        code: Code,
        /// An explanation for the caller.
        detail: &'static str,
    },
    /// The organization is in another cell.
    #[error("the organization is in another cell")]
    Elsewhere {
        /// Where clients reach that cell.
        cell_url: String,
    },
    /// The password was right, and the second factor has to follow.
    #[error("the account has a second factor: repeat with its code and the challenge")]
    SecondFactor {
        /// What the next request proves the password by. It is in no log.
        challenge: Challenge,
    },
    /// The caller lacks a permission.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The caller has the permission, and a business rule refuses the request.
    #[error("{detail}")]
    Refused {
        /// The code of the rule: `member.owners_only`.
        code: Code,
        /// An explanation for the caller.
        detail: Cow<'static, str>,
    },
    /// All invalid values of the request.
    #[error("{} of the values cannot be accepted", .0.len())]
    Invalid(Vec<FieldFault>),
    /// A file is larger than the organization, or the server, allows.
    #[error("at most {limit} bytes")]
    TooLarge {
        /// The maximum number of bytes.
        limit: u64,
    },
    /// The maximum number of uploads is under way.
    #[error("too many uploads at once {0}")]
    TooManyUploads(UploadBound),
    /// A limited resource, or a share of it, is used up.
    #[error("{detail}")]
    Overloaded {
        /// The code: `search.busy`.
        code: Code,
        /// An explanation for the caller.
        detail: &'static str,
    },
    /// The caller's own share is used up.
    #[error("{detail}")]
    Exhausted {
        /// The code: `executions.too_many`.
        code: Code,
        /// An explanation for the caller.
        detail: &'static str,
    },
    /// The limit of a period is used up.
    #[error("{detail}")]
    UsedUp {
        /// The code: `budget.exceeded`.
        code: Code,
        /// An explanation for the caller.
        detail: Cow<'static, str>,
        /// When another period has begun, at the latest.
        retry_after: Duration,
    },
    /// The plan of the organization allows no more.
    #[error("{detail}")]
    PlanLimit {
        /// The limit.
        limit: PlanLimit,
        /// An explanation for the caller.
        detail: String,
        /// When another period has begun, for a limit that counts requests.
        retry_after: Option<Duration>,
    },
    /// The request conflicts with stored records.
    #[error("{detail}")]
    Conflict {
        /// The code of the conflict: `project.code_taken`.
        code: Code,
        /// An explanation for the caller.
        detail: Cow<'static, str>,
    },
    /// The account is the only owner of organizations.
    #[error("the account is the only owner of {} organizations", .organizations.len())]
    SoleOwner {
        /// The organizations, each with its name.
        organizations: Vec<(OrganizationId, String)>,
    },
    /// The record was written since the caller read it.
    #[error("the record has changed since it was read")]
    Stale,
    /// The idempotency key was used with another request.
    #[error("the idempotency key was used with another request")]
    KeyReused,
    /// A request with this idempotency key is still running.
    #[error("a request with this idempotency key is still running")]
    KeyInUse,
    /// Too many requests.
    #[error("too many requests")]
    RateLimited(RateDecision),
    /// A dependency does not respond.
    #[error("the service is unavailable for the moment")]
    Unavailable(#[source] Source),
    /// A statement took too long.
    #[error("the service is too slow for the moment")]
    TimedOut(#[source] Source),
    /// A fault in the program.
    #[error("something went wrong")]
    Internal(#[source] Source),
}

impl Error {
    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Stale
            | Self::KeyInUse
            | Self::TooManyUploads(_)
            | Self::RateLimited(_)
            | Self::Unavailable(_)
            | Self::TimedOut(_)
            | Self::Internal(_)
            | Self::Overloaded { .. }
            | Self::Exhausted { .. } => true,
            Self::NotFound(_)
            | Self::Unauthenticated { .. }
            | Self::Elsewhere { .. }
            | Self::SecondFactor { .. }
            | Self::Forbidden(_)
            | Self::Refused { .. }
            | Self::Invalid(_)
            | Self::TooLarge { .. }
            | Self::Conflict { .. }
            | Self::SoleOwner { .. }
            | Self::UsedUp { .. }
            | Self::PlanLimit { .. }
            | Self::KeyReused => false,
        }
    }

    /// The credential gives no access.
    pub(crate) const INVALID_TOKEN: Self = Self::Unauthenticated {
        code: AUTH_INVALID_TOKEN,
        detail: "the token is invalid, expired or revoked",
    };

    /// Too many transactions of the organization are open.
    pub(crate) const ORGANIZATION_BUSY: Self = Self::Overloaded {
        code: ORGANIZATION_BUSY,
        detail: "the organization has as many requests at work as it may at once",
    };

    /// Too many slow queries of the organization run.
    pub(crate) const SEARCH_BUSY: Self = Self::Overloaded {
        code: SEARCH_BUSY,
        detail: "the organization runs as many searches as it may at once",
    };

    /// A slow query took too long.
    pub(crate) const fn search_timeout(detail: &'static str) -> Self {
        Self::Overloaded { code: SEARCH_TIMEOUT, detail }
    }

    /// The last proof of who the user is was too long ago.
    pub(crate) const STEP_UP_REQUIRED: Self = Self::Refused {
        code: AUTH_STEP_UP_REQUIRED,
        detail: Cow::Borrowed("prove again who you are, by POST /auth/step-up"),
    };

    /// An API key where a user's credential is required.
    pub(crate) const USERS_ONLY: Self =
        Self::Refused { code: AUTH_USERS_ONLY, detail: Cow::Borrowed("an API key cannot do this") };

    /// A support session where a member's credential is required.
    pub(crate) const MEMBERS_ONLY: Self = Self::Refused {
        code: AUTH_USERS_ONLY,
        detail: Cow::Borrowed("a support session cannot do this"),
    };

    /// The code, where it has one that does not depend on how it is answered.
    #[must_use]
    pub const fn code(&self) -> Option<Code> {
        match self {
            Self::NotFound(_) => Some(NOT_FOUND),
            Self::PlanLimit { .. } => Some(PLAN_LIMIT_EXCEEDED),
            Self::SecondFactor { .. } => Some(AUTH_SECOND_FACTOR_NEEDED),
            Self::Unauthenticated { code, .. }
            | Self::Refused { code, .. }
            | Self::Overloaded { code, .. }
            | Self::Exhausted { code, .. }
            | Self::UsedUp { code, .. }
            | Self::Conflict { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The error for one invalid field.
    pub(crate) fn field(pointer: &str, invalid: Invalid) -> Self {
        Self::Invalid(vec![FieldFault::new(pointer, invalid)])
    }

    /// The same error of a part of the request: the places of its faults begin with `at`.
    pub(crate) fn within(self, at: &str) -> Self {
        match self {
            Self::Invalid(mut faults) => {
                for fault in &mut faults {
                    fault.pointer.insert_str(0, at);
                }
                Self::Invalid(faults)
            }
            Self::Conflict { code, detail } => {
                Self::Conflict { code, detail: format!("{at}: {detail}").into() }
            }
            other => other,
        }
    }

    /// A conflict with stored records.
    pub(crate) fn conflict(code: Code, detail: &'static str) -> Self {
        Self::Conflict { code, detail: detail.into() }
    }

    /// The error of a write: a violated unique constraint becomes the conflict that it declares, a
    /// reference to a missing record becomes an invalid field.
    pub(crate) fn write<R: Record>(error: StoreError) -> Self {
        if let Some(unique) = R::UNIQUE.iter().find(|u| u.constraint.is_violated_in(&error)) {
            return Self::conflict(unique.code, unique.detail);
        }
        match R::REFERENCES.iter().find(|r| r.constraint.is_violated_in(&error)) {
            Some(reference) => Self::unknown_reference(reference.field),
            None => error.into(),
        }
    }

    /// The fault of a field like `project_id` that refers to a missing record.
    pub(crate) fn unknown_reference(field: &str) -> Self {
        let name = field.rsplit('/').next().unwrap_or(field);
        let record = name.strip_suffix("_id").unwrap_or(name).replace('_', " ");
        let detail = format!("there is no such {record}");
        Self::field(&format!("/{field}"), Invalid::new(codes::REFERENCE_UNKNOWN, detail))
    }

    /// The error of a removal: any conflict means that other records refer to it.
    pub(crate) fn in_use(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => {
                Self::conflict(RECORD_IN_USE, "other records refer to it")
            }
            other => other.into(),
        }
    }

    /// A fault in the program.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    /// Translates a violation of `constraint`, and converts every other error.
    pub(crate) fn on_conflict(
        constraint: Constraint,
        code: Code,
        detail: &'static str,
    ) -> impl FnOnce(StoreError) -> Self {
        move |error| {
            if constraint.is_violated_in(&error) {
                Self::Conflict { code, detail: detail.into() }
            } else {
                error.into()
            }
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            StoreError::Unavailable(source) => Self::Unavailable(source),
            StoreError::Busy => Self::ORGANIZATION_BUSY,
            StoreError::TimedOut(source) => Self::TimedOut(source),
            // A conflict that the use case does not expect is a fault in the program.
            conflict @ StoreError::Conflict { .. } => Self::Internal(Box::new(conflict)),
            StoreError::Other(source) => Self::Internal(source),
        }
    }
}

impl From<Arc<StoreError>> for Error {
    /// The error of a look-up that several callers share.
    fn from(error: Arc<StoreError>) -> Self {
        match &*error {
            StoreError::Unavailable(_) => Self::Unavailable(error.into()),
            _ => Self::Internal(error.into()),
        }
    }
}

impl From<InvalidTransition> for Error {
    fn from(transition: InvalidTransition) -> Self {
        Self::Conflict { code: STATE_TRANSITION, detail: transition.to_string().into() }
    }
}

impl From<HasherError> for Error {
    fn from(error: HasherError) -> Self {
        match error {
            HasherError::Busy => {
                Self::Overloaded { code: AUTH_BUSY, detail: "too many passwords are being checked" }
            }
            HasherError::Failed(source) => Self::Internal(source),
        }
    }
}
