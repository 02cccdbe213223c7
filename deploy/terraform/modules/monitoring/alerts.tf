# What Google measures from outside of the programs. Their own metrics have rules of their own:
# deploy/observability.

locals {
  alerts = {
    errors = {
      title     = "more than 1 % of the requests fail"
      severity  = "CRITICAL"
      filter    = "metric.type = \"run.googleapis.com/request_count\" AND resource.type = \"cloud_run_revision\" AND resource.labels.service_name = \"${var.name}-api\" AND metric.labels.response_code_class = \"5xx\""
      total     = "metric.type = \"run.googleapis.com/request_count\" AND resource.type = \"cloud_run_revision\" AND resource.labels.service_name = \"${var.name}-api\""
      aligner   = "ALIGN_RATE"
      reducer   = "REDUCE_SUM"
      threshold = 0.01
      duration  = "300s"
      runbook   = "roll-back"
    }
    migration = {
      title     = "a migration failed"
      severity  = "ERROR"
      filter    = "metric.type = \"run.googleapis.com/job/completed_execution_count\" AND resource.type = \"cloud_run_job\" AND resource.labels.job_name = \"${var.name}-migrate\" AND metric.labels.result = \"failed\""
      total     = null
      aligner   = "ALIGN_SUM"
      reducer   = "REDUCE_SUM"
      threshold = 0
      duration  = "0s"
      runbook   = "migrate-by-hand"
    }
    database-cpu = {
      title     = "the database uses more than 85 % of its CPU"
      severity  = "WARNING"
      filter    = "metric.type = \"cloudsql.googleapis.com/database/cpu/utilization\" AND resource.type = \"cloudsql_database\""
      total     = null
      aligner   = "ALIGN_MEAN"
      reducer   = "REDUCE_MAX"
      threshold = 0.85
      duration  = "900s"
      runbook   = "scale-up"
    }
    database-disk = {
      title     = "the database's disk is fuller than 85 %"
      severity  = "ERROR"
      filter    = "metric.type = \"cloudsql.googleapis.com/database/disk/utilization\" AND resource.type = \"cloudsql_database\""
      total     = null
      aligner   = "ALIGN_MEAN"
      reducer   = "REDUCE_MAX"
      threshold = 0.85
      duration  = "300s"
      runbook   = "database-full"
    }
    database-connections = {
      title     = "more than 80 % of the database's connections are open"
      severity  = "ERROR"
      filter    = "metric.type = \"cloudsql.googleapis.com/database/postgresql/num_backends\" AND resource.type = \"cloudsql_database\""
      total     = null
      aligner   = "ALIGN_MEAN"
      reducer   = "REDUCE_SUM"
      threshold = 0.8 * var.max_connections
      duration  = "300s"
      runbook   = "pool-exhausted"
    }
    redis-memory = {
      title     = "Redis uses more than 85 % of its memory"
      severity  = "WARNING"
      filter    = "metric.type = \"redis.googleapis.com/stats/memory/usage_ratio\" AND resource.type = \"redis_instance\""
      total     = null
      aligner   = "ALIGN_MEAN"
      reducer   = "REDUCE_MAX"
      threshold = 0.85
      duration  = "300s"
      runbook   = "redis-away"
    }
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each              = local.alerts
  display_name          = "${var.name}: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = [google_monitoring_notification_channel.email.id]

  conditions {
    display_name = each.value.title
    condition_threshold {
      filter             = each.value.filter
      denominator_filter = each.value.total
      comparison         = "COMPARISON_GT"
      threshold_value    = each.value.threshold
      duration           = each.value.duration

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = each.value.reducer
      }

      dynamic "denominator_aggregations" {
        for_each = each.value.total == null ? [] : [each.value]
        content {
          alignment_period     = "60s"
          per_series_aligner   = denominator_aggregations.value.aligner
          cross_series_reducer = denominator_aggregations.value.reducer
        }
      }
    }
  }

  documentation {
    content = "${each.value.title}. Runbook: ${var.runbooks}/${each.value.runbook}.md"
    links {
      display_name = "Runbook"
      url          = "${var.runbooks}/${each.value.runbook}.md"
    }
  }
}
