//! The tables of the fairness measurement.

use std::{fmt::Write as _, time::Duration};

use super::{probe::Measured, under_way::Answered};

/// What an attack may make of the calm p99.
const FACTOR: f64 = 2.0;

/// The calm latencies.
pub fn calm(measured: &[Measured], seconds: Duration) -> String {
    let mut text = format!("\ncalm, {} s an attack\n", seconds.as_secs());
    for one in measured {
        line(&mut text, one, "");
    }
    text
}

/// The latencies under an attack, beside the calm ones.
pub fn attacked(
    attack: &str,
    answered: &Answered,
    calm: &[Measured],
    measured: &[Measured],
) -> String {
    let mut text = format!("attack: {attack}\n");
    for (status, times) in answered {
        let name = if *status == 0 { "broken off".to_owned() } else { status.to_string() };
        let _ = write!(text, "  {name} × {times}");
    }
    text.push('\n');
    for (one, before) in measured.iter().zip(calm) {
        let factor = one.share(99).as_secs_f64() / before.share(99).as_secs_f64();
        let mark = if factor < FACTOR && one.failed == 0 { "✓" } else { "✗" };
        line(&mut text, one, &format!("{factor:>7.1} × calm  {mark}"));
    }
    text
}

fn line(text: &mut String, measured: &Measured, comparison: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "  {:<16} {:>5} requests  p50 {:>8.1} ms  p99 {:>8.1} ms  {:>4} failed{comparison}",
        measured.probe.name(),
        measured.latencies.len(),
        measured.share(50).as_secs_f64() * 1e3,
        measured.share(99).as_secs_f64() * 1e3,
        measured.failed,
    );
    if let Some(failure) = &measured.failure {
        let short: String = failure.chars().take(160).collect();
        let _ = writeln!(text, "      the first: {short}");
    }
}
