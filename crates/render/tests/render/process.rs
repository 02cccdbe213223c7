use std::time::Duration;

use plinth_invoice_renderer::{ConfinedRenderer, Limits, Program, Template};
use plinth_ports::InvoiceRenderer;

use crate::{
    samples::standard,
    support::{renderer, request, shell},
};

fn by(script: &str, limits: Limits) -> ConfinedRenderer {
    ConfinedRenderer::new(shell(script), Template::built_in(), limits)
}

/// The code of the refusal when `script` renders; `None` when that may be tried again.
async fn code_by(script: &str) -> Option<&'static str> {
    let outcome = by(script, Limits::default()).render(&request(standard(1))).await.ok()?;
    Some(outcome.unwrap_err().code.name())
}

#[tokio::test]
async fn the_process_is_confined_by_the_kernel() {
    let confinement = renderer().check().await.unwrap();
    assert_eq!(confinement.is_complete(), cfg!(target_os = "linux"), "{confinement}");
}

#[tokio::test]
async fn a_failure_of_the_machine_is_no_verdict_about_an_invoice() {
    let nothing = Program { path: "/nonexistent".into(), arguments: Vec::new() };
    let missing = ConfinedRenderer::new(nothing, Template::built_in(), Limits::default());
    assert!(missing.render(&request(standard(1))).await.is_err());
    assert!(missing.check().await.is_err());
    for signal in ["KILL", "TERM", "BUS", "PIPE"] {
        assert_eq!(code_by(&format!("cat > /dev/null; kill -{signal} $$")).await, None, "{signal}");
    }
    for script in ["exit 0", "exit 1", "echo nonsense"] {
        assert_eq!(code_by(script).await, None, "{script}");
    }
}

#[tokio::test]
async fn a_process_that_faults_makes_its_input_unprintable() {
    assert_eq!(code_by("cat > /dev/null; kill -ABRT $$").await, Some("invoice.template_broken"));
    assert_eq!(code_by("ulimit -S -t 1; while :; do :; done").await, Some("invoice.too_slow"));
}

#[tokio::test]
async fn wall_clock_time_stops_a_process_and_is_no_verdict() {
    let brief = Limits { wall_time: Duration::from_millis(200), ..Limits::default() };
    let failed = by("exec sleep 600", brief).render(&request(standard(1))).await.unwrap_err();
    assert!(failed.0.to_string().contains("0.2 s of wall-clock time"), "{failed:?}");
}
