use chrono::NaiveDate;

use crate::Invalid;

crate::codes! {
    PROJECT_CODE_MALFORMED = "project_code.malformed",
        "A code has other characters than allowed, or not 1 to 32 of them.";
    PROJECT_ENDS_BEFORE_START = "project.ends_before_start",
        "A project cannot end before it starts.";
}

/// The code of a project, unique in its organization: 1 to 32 letters, digits,
/// `-`, `_`, `.` and `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectCode(String);

impl ProjectCode {
    /// The maximum length in characters.
    pub const MAX: usize = 32;

    /// Parses a code.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
        if (1..=Self::MAX).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(PROJECT_CODE_MALFORMED, "1 to 32 letters, digits, -, _, . and /"))
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The status of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectStatus {
    /// It has not begun.
    Planned,
    /// It is in progress.
    Active,
    /// It is interrupted.
    OnHold,
    /// It is completed.
    Completed,
    /// It is read-only until its status changes back.
    Archived,
}

impl ProjectStatus {
    /// Every status.
    pub const ALL: [Self; 5] =
        [Self::Planned, Self::Active, Self::OnHold, Self::Completed, Self::Archived];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Active => "active",
            Self::OnHold => "on_hold",
            Self::Completed => "completed",
            Self::Archived => "archived",
        }
    }

    /// Finds a status by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// The first and the last day of a project. The last is not before the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Schedule {
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
}

impl Schedule {
    /// Checks that the last day is not before the first.
    pub fn new(starts_on: Option<NaiveDate>, ends_on: Option<NaiveDate>) -> Result<Self, Invalid> {
        match (starts_on, ends_on) {
            (Some(start), Some(end)) if end < start => {
                Err(Invalid::new(PROJECT_ENDS_BEFORE_START, "must not be before starts_on"))
            }
            _ => Ok(Self { starts_on, ends_on }),
        }
    }

    /// The first day.
    #[must_use]
    pub const fn starts_on(&self) -> Option<NaiveDate> {
        self.starts_on
    }

    /// The last day.
    #[must_use]
    pub const fn ends_on(&self) -> Option<NaiveDate> {
        self.ends_on
    }
}
