//! The filters of each layer for spans and events.
//!
//! Every rule depends only on the metadata of a callsite. So tracing evaluates it once per
//! callsite, and a disabled callsite costs a load and a branch.

use plinth_settings::{LogFilter, LogLevel};
use tracing::{Level, Metadata, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    filter::Targets,
    layer::{Context, Filter},
};

use crate::{SQL, USE_CASE};

/// Crates of the exporters. Exporting their events would cause further events.
const EXPORTERS: &[&str] = &["h2", "hyper", "opentelemetry", "reqwest", "rustls", "tonic", "tower"];

/// A filter by a rule over metadata.
pub(crate) struct By<R> {
    rule: R,
    max_level: LevelFilter,
}

impl<S, R: Fn(&Metadata<'_>) -> bool> Filter<S> for By<R> {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        (self.rule)(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if (self.rule)(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.max_level)
    }
}

/// For log lines: events by the setting, and every span of level info or above, because a
/// warning needs the request id of its span.
pub(crate) fn lines(filter: &LogFilter) -> By<impl Fn(&Metadata<'_>) -> bool + use<>> {
    let targets = targets(filter);
    let max_level = targets
        .iter()
        .map(|(_, level)| level)
        .chain(targets.default_level())
        .fold(LevelFilter::INFO, LevelFilter::max);
    let rule = move |metadata: &Metadata<'_>| {
        let context = metadata.is_span() && *metadata.level() <= Level::INFO;
        context || targets.would_enable(metadata.target(), metadata.level())
    };
    By { rule, max_level }
}

/// For exported logs: the same, without events of the exporters.
pub(crate) fn exported_logs(filter: &LogFilter) -> By<impl Fn(&Metadata<'_>) -> bool + use<>> {
    let lines = lines(filter);
    let rule = move |metadata: &Metadata<'_>| !is_exporter(metadata) && (lines.rule)(metadata);
    By { rule, max_level: lines.max_level }
}

/// For traces: spans of level info or above, and those of use cases and SQL.
pub(crate) fn traces() -> By<impl Fn(&Metadata<'_>) -> bool> {
    let rule = |metadata: &Metadata<'_>| {
        let ours = matches!(metadata.target(), SQL | USE_CASE);
        let least = if ours { Level::DEBUG } else { Level::INFO };
        metadata.is_span() && *metadata.level() <= least && !is_exporter(metadata)
    };
    By { rule, max_level: LevelFilter::DEBUG }
}

fn is_exporter(metadata: &Metadata<'_>) -> bool {
    let of = |name: &&str| {
        let rest = metadata.target().strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', ':', '-']))
    };
    EXPORTERS.iter().any(of)
}

fn targets(filter: &LogFilter) -> Targets {
    let targets = filter.targets.iter();
    Targets::new()
        .with_default(level(filter.level))
        .with_targets(targets.map(|(target, of)| (target.clone(), level(*of))))
}

fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}
