resource "google_monitoring_notification_channel" "email" {
  display_name = "Plinth"
  type         = "email"
  labels       = { email_address = var.email }
}

# /ready answers 200 only while PostgreSQL, Redis and the storage do. Every minute from several
# regions: an API with min_instances = 0 is therefore seldom without an instance.
resource "google_monitoring_uptime_check_config" "ready" {
  display_name = "${var.name}: /ready"
  period       = "60s"
  timeout      = "10s"

  http_check {
    path         = "/ready"
    port         = 443
    use_ssl      = true
    validate_ssl = true
    accepted_response_status_codes {
      status_value = 200
    }
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project, host = var.host }
  }
}

resource "google_monitoring_alert_policy" "away" {
  display_name          = "${var.name}: /ready does not answer 200"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = [google_monitoring_notification_channel.email.id]

  conditions {
    display_name = "fails from two regions for 2 minutes"
    condition_threshold {
      filter = join(" AND ", [
        "metric.type = \"monitoring.googleapis.com/uptime_check/check_passed\"",
        "resource.type = \"uptime_url\"",
        "metric.labels.check_id = \"${google_monitoring_uptime_check_config.ready.uptime_check_id}\"",
      ])
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "120s"
      aggregations {
        alignment_period     = "120s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.labels.host"]
      }
    }
  }

  documentation {
    content = "`curl https://${var.host}/ready` tells which dependency is away. Runbook: ${var.runbooks}/incident-checklist.md"
    links {
      display_name = "Runbook"
      url          = "${var.runbooks}/incident-checklist.md"
    }
  }
}
