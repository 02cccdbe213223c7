resource "google_cloud_run_v2_service" "api" {
  name     = "${var.name}-api"
  location = var.region
  ingress  = "INGRESS_TRAFFIC_ALL"
  # Plinth authenticates its callers itself.
  invoker_iam_disabled = true
  deletion_protection  = true

  template {
    service_account       = google_service_account.program["api"].email
    execution_environment = "EXECUTION_ENVIRONMENT_GEN2"
    # All state is in PostgreSQL and Redis: any instance answers any request.
    session_affinity                 = false
    max_instance_request_concurrency = var.api.concurrency
    # The longest that Cloud Run has: event streams and WebSockets count as requests.
    timeout = "3600s"

    scaling {
      min_instance_count = var.api.min_instances
      max_instance_count = var.api.max_instances
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = var.network.id
        subnetwork = var.network.subnet_id
      }
    }

    containers {
      name    = "api"
      image   = var.image
      command = ["plinth-api"]

      ports {
        container_port = 8080
      }

      resources {
        limits = { cpu = tostring(var.api.cpu), memory = var.api.memory }
        # An instance may lead the sequencer, which works between requests: with its CPU taken away
        # it would hold the leadership and number nothing.
        cpu_idle          = false
        startup_cpu_boost = true
      }

      # /ready is for the uptime check: an instance that is started anew when the database is away
      # does not bring it back.
      startup_probe {
        period_seconds    = 1
        timeout_seconds   = 1
        failure_threshold = 30
        http_get {
          path = "/health"
          port = 8080
        }
      }

      liveness_probe {
        period_seconds    = 10
        timeout_seconds   = 5
        failure_threshold = 3
        http_get {
          path = "/health"
          port = 8080
        }
      }

      dynamic "env" {
        for_each = var.settings.api
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.secrets.api
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = var.secret_ids[env.value]
              version = "latest"
            }
          }
        }
      }
    }
  }

  lifecycle {
    # scripts/deploy moves the traffic. `client` names the program that did it last.
    ignore_changes = [traffic, client, client_version]
  }
}
