# The worker, with the agents sidecar beside it. Plinth calls the sidecar without TLS, which stays
# inside the instance here: an agents service of its own could be called by TLS only.

resource "google_cloud_run_v2_worker_pool" "worker" {
  name                = "${var.name}-worker"
  location            = var.region
  launch_stage        = "BETA"
  deletion_protection = true

  scaling {
    scaling_mode          = "MANUAL"
    manual_instance_count = var.worker.instances
  }

  template {
    service_account = google_service_account.program["worker"].email

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = var.network.id
        subnetwork = var.network.subnet_id
      }
    }

    containers {
      name    = "worker"
      image   = var.image
      command = ["plinth-worker"]

      resources {
        limits = { cpu = tostring(var.worker.cpu), memory = "${var.worker.memory_gib}Gi" }
      }

      dynamic "env" {
        for_each = merge(var.settings.worker, {
          PLINTH_AGENTS__API_URL = google_cloud_run_v2_service.api.uri
        })
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.secrets.worker
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

    containers {
      name  = "agents"
      image = var.agents_image

      resources {
        limits = { cpu = "1", memory = "512Mi" }
      }

      env {
        name  = "PLINTH_AGENTS_LISTEN"
        value = "127.0.0.1:8070"
      }

      env {
        # Less than the 10 s after which Cloud Run kills it. Runs go on at another sidecar.
        name  = "PLINTH_AGENTS_DRAIN_SECONDS"
        value = "8"
      }

      env {
        name = "PLINTH_AGENTS_TOKEN"
        value_source {
          secret_key_ref {
            secret  = var.secret_ids["agents-token"]
            version = "latest"
          }
        }
      }
    }
  }

  lifecycle {
    # scripts/deploy moves the instances.
    ignore_changes = [instance_splits, client, client_version]
  }
}
