//! What must arrive of a request's worth of telemetry.

use plinth_testkit::otlp::Receiver;

use crate::support::TRACE;

pub fn check(receiver: &Receiver) {
    let spans = receiver.spans();
    let span = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    assert_eq!(spans.len(), 3, "{spans:#?}");
    let (request, use_case, sql) =
        (span("GET /things/{id}"), span("thing.get"), span("SELECT things"));
    assert_eq!(request.parent_id, "b7ad6b7169203331");
    assert_eq!(use_case.parent_id, request.span_id);
    assert_eq!(sql.parent_id, use_case.span_id);
    assert!(spans.iter().all(|span| span.trace_id == TRACE));
    assert_eq!(request.kind, "Server");
    assert_eq!(request.attributes["http.route"], "/things/{id}");
    assert_eq!(request.resource["service.name"], "renamed");
    assert_eq!(request.resource["service.version"], "1.2.3");
    assert_eq!(request.resource["deployment.environment.name"], "development");
    assert_eq!(request.resource["service.instance.id"].len(), 32);

    let logs = receiver.logs();
    assert_eq!(logs.len(), 1, "nothing of the exporter's own: {logs:#?}");
    assert_eq!(logs[0].body, "found");
    assert_eq!(logs[0].severity, "INFO");
    assert_eq!(logs[0].trace_id, TRACE);
    assert_eq!(logs[0].span_id, sql.span_id);
    assert_eq!(logs[0].attributes["count"], "2");
    assert_eq!(logs[0].attributes["request_id"], "r-1");
    assert_eq!(logs[0].resource["service.name"], "renamed");

    let metrics = receiver.metrics();
    let metric = metrics.iter().find(|one| one.name == "http.server.request.duration").unwrap();
    assert_eq!(metric.unit, "s");
    assert_eq!(metric.points[0].value, "1");
    assert_eq!(metric.points[0].attributes["http.route"], "/things/{id}");

    let headers = receiver.headers();
    assert_eq!(headers.len(), 3, "one export a signal");
    assert!(headers.iter().all(|headers| headers["x-api-key"] == "hunter 2"), "{headers:#?}");
}
