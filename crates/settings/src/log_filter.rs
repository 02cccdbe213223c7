//! The filter of log lines.

/// The least severe level that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing is written.
    Off,
    /// Errors only.
    Error,
    /// Warnings and errors.
    Warn,
    /// Errors, warnings and notable events.
    Info,
    /// Details, with a span for every SQL statement.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    fn parse(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "off" => Self::Off,
            "error" => Self::Error,
            "warn" => Self::Warn,
            "info" => Self::Info,
            "debug" => Self::Debug,
            "trace" => Self::Trace,
            _ => return None,
        })
    }
}

/// A level for everything, and other levels for some targets.
///
/// It is stricter than the filters of tracing, which interpret a misspelt level as a target and
/// disable all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter {
    /// Level of every target that is not listed.
    pub level: LogLevel,
    /// Targets (prefixes of module paths, or names such as `plinth::sql`) and their levels.
    pub targets: Vec<(String, LogLevel)>,
}

impl LogFilter {
    /// Parses text such as `info,sqlx=warn,plinth::sql=debug`. The level without a target is
    /// optional and defaults to `info`.
    ///
    /// # Errors
    /// The invalid item.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut filter = Self { level: LogLevel::Info, targets: Vec::new() };
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let wrong = || item.to_owned();
            match item.split_once('=') {
                Some((target, level)) => {
                    let level = LogLevel::parse(level.trim()).ok_or_else(wrong)?;
                    let target = target.trim();
                    if target.is_empty() || target.contains(['[', '{', ' ']) {
                        return Err(wrong());
                    }
                    filter.targets.push((target.to_owned(), level));
                }
                None => filter.level = LogLevel::parse(item).ok_or_else(wrong)?,
            }
        }
        Ok(filter)
    }
}
