//! Received telemetry as plain structs.

use std::{collections::BTreeMap, fmt::Write as _};

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value},
    logs::v1::LogRecord,
    metrics::v1::{
        Metric as SentMetric, NumberDataPoint, metric::Data, number_data_point::Value as Number,
    },
    resource::v1::Resource,
    trace::v1::{Span as SentSpan, Status, span::SpanKind, status::StatusCode},
};

/// Attributes by name, their values as text.
pub type Attributes = BTreeMap<String, String>;

/// A finished span.
#[derive(Clone, Debug)]
pub struct Span {
    /// Name, such as `GET /api/v1/projects/{id}`.
    pub name: String,
    /// 32 hexadecimal digits.
    pub trace_id: String,
    /// 16 hexadecimal digits.
    pub span_id: String,
    /// Span id of its parent; empty for a root.
    pub parent_id: String,
    /// `Internal`, `Server`, `Client`, `Producer`, `Consumer` or `Unspecified`.
    pub kind: String,
    /// `Unset`, `Ok` or `Error`.
    pub status: String,
    /// Attributes by name.
    pub attributes: Attributes,
    /// Resource attributes of the sender.
    pub resource: Attributes,
}

/// A metric with all its data points of one export.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Name, such as `http.server.request.duration`.
    pub name: String,
    /// UCUM unit, such as `s`.
    pub unit: String,
    /// The data points; a histogram point holds its count.
    pub points: Vec<Point>,
    /// Resource attributes of the sender.
    pub resource: Attributes,
}

/// One data point of a metric.
#[derive(Clone, Debug)]
pub struct Point {
    /// Attributes by name.
    pub attributes: Attributes,
    /// The value of a sum or gauge, or the count of a histogram.
    pub value: String,
    /// The sum of a histogram.
    pub sum: Option<f64>,
}

/// A log record.
#[derive(Clone, Debug)]
pub struct Log {
    /// The message text.
    pub body: String,
    /// Severity text, such as `INFO`.
    pub severity: String,
    /// 32 hexadecimal digits; empty outside a trace.
    pub trace_id: String,
    /// 16 hexadecimal digits; empty outside a span.
    pub span_id: String,
    /// Attributes by name.
    pub attributes: Attributes,
    /// Resource attributes of the sender.
    pub resource: Attributes,
}

impl Span {
    pub(crate) fn of(sent: SentSpan, resource: &Attributes) -> Self {
        let status = sent.status.as_ref().map(Status::code).unwrap_or_default();
        Self {
            kind: kind(sent.kind()).to_owned(),
            status: match status {
                StatusCode::Unset => "Unset",
                StatusCode::Ok => "Ok",
                StatusCode::Error => "Error",
            }
            .to_owned(),
            trace_id: hex(&sent.trace_id),
            span_id: hex(&sent.span_id),
            parent_id: hex(&sent.parent_span_id),
            attributes: attributes(sent.attributes),
            name: sent.name,
            resource: resource.clone(),
        }
    }
}

impl Metric {
    pub(crate) fn of(sent: SentMetric, resource: &Attributes) -> Self {
        let points = match sent.data {
            Some(Data::Gauge(gauge)) => numbers(gauge.data_points),
            Some(Data::Sum(sum)) => numbers(sum.data_points),
            Some(Data::Histogram(histogram)) => histogram
                .data_points
                .into_iter()
                .map(|point| Point::of(point.attributes, point.count.to_string(), point.sum))
                .collect(),
            Some(Data::ExponentialHistogram(histogram)) => histogram
                .data_points
                .into_iter()
                .map(|point| Point::of(point.attributes, point.count.to_string(), point.sum))
                .collect(),
            Some(Data::Summary(_)) | None => Vec::new(),
        };
        Self { name: sent.name, unit: sent.unit, points, resource: resource.clone() }
    }
}

impl Point {
    fn of(sent: Vec<KeyValue>, value: String, sum: Option<f64>) -> Self {
        Self { attributes: attributes(sent), value, sum }
    }
}

impl Log {
    pub(crate) fn of(sent: LogRecord, resource: &Attributes) -> Self {
        Self {
            body: sent.body.map(text).unwrap_or_default(),
            severity: sent.severity_text,
            trace_id: hex(&sent.trace_id),
            span_id: hex(&sent.span_id),
            attributes: attributes(sent.attributes),
            resource: resource.clone(),
        }
    }
}

pub(crate) fn resource_attributes(resource: Option<Resource>) -> Attributes {
    resource.map(|resource| attributes(resource.attributes)).unwrap_or_default()
}

fn numbers(points: Vec<NumberDataPoint>) -> Vec<Point> {
    let point = |point: NumberDataPoint| {
        let value = match point.value {
            Some(Number::AsDouble(number)) => number.to_string(),
            Some(Number::AsInt(number)) => number.to_string(),
            None => String::new(),
        };
        Point::of(point.attributes, value, None)
    };
    points.into_iter().map(point).collect()
}

fn kind(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Unspecified => "Unspecified",
        SpanKind::Internal => "Internal",
        SpanKind::Server => "Server",
        SpanKind::Client => "Client",
        SpanKind::Producer => "Producer",
        SpanKind::Consumer => "Consumer",
    }
}

fn attributes(sent: Vec<KeyValue>) -> Attributes {
    sent.into_iter().map(|pair| (pair.key, pair.value.map(text).unwrap_or_default())).collect()
}

fn text(value: AnyValue) -> String {
    match value.value {
        Some(any_value::Value::StringValue(text)) => text,
        Some(any_value::Value::BoolValue(flag)) => flag.to_string(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        Some(any_value::Value::DoubleValue(number)) => number.to_string(),
        Some(any_value::Value::BytesValue(bytes)) => hex(&bytes),
        Some(any_value::Value::ArrayValue(array)) => {
            let items: Vec<_> = array.values.into_iter().map(text).collect();
            items.join(",")
        }
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
