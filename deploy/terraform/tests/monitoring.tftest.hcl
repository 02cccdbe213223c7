mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123" }
  }
}

run "monitoring" {
  command = apply
  module {
    source = "./modules/monitoring"
  }
  variables {
    name            = "plinth"
    project         = "plinth-staging"
    host            = "api.example.com"
    max_connections = 100
    runbooks        = "https://github.com/example/plinth/blob/main/docs/runbooks"
    email           = "alerts@example.com"
    billing_account = "000000-000000-000000"
    monthly_budget  = 250
  }

  assert {
    condition     = google_monitoring_uptime_check_config.ready.http_check[0].path == "/ready"
    error_message = "The uptime check asks for the dependencies, too."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.away.conditions[0].condition_threshold[0].filter, google_monitoring_uptime_check_config.ready.uptime_check_id)
    error_message = "The alert is about this check."
  }

  assert {
    condition = alltrue([
      for policy in concat(values(google_monitoring_alert_policy.this), [google_monitoring_alert_policy.away]) :
      policy.notification_channels == tolist([google_monitoring_notification_channel.email.id])
    ])
    error_message = "Every alert goes somewhere."
  }

  assert {
    condition = alltrue([
      for policy in concat(values(google_monitoring_alert_policy.this), [google_monitoring_alert_policy.away]) :
      startswith(policy.documentation[0].links[0].url, "https://github.com/example/plinth/blob/main/docs/runbooks/")
      && endswith(policy.documentation[0].content, policy.documentation[0].links[0].url)
    ])
    error_message = "Every alert names its runbook, as a link and in its text."
  }

  assert {
    condition     = google_monitoring_alert_policy.this["database-connections"].conditions[0].condition_threshold[0].threshold_value == 80
    error_message = "The alert comes before connections are refused."
  }

  assert {
    condition     = google_billing_budget.month.amount[0].specified_amount[0].units == "250"
    error_message = "The budget of a month."
  }

  assert {
    condition     = google_billing_budget.month.budget_filter[0].projects == tolist(["projects/123"]) || google_billing_budget.month.budget_filter[0].projects == toset(["projects/123"])
    error_message = "The budget is about this project."
  }
}
