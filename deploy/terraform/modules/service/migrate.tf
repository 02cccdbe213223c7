# `plinth migrate up`. scripts/deploy runs it before the new version gets traffic.

resource "google_cloud_run_v2_job" "migrate" {
  name                = "${var.name}-migrate"
  location            = var.region
  deletion_protection = false

  template {
    task_count = 1

    template {
      service_account = google_service_account.program["migrate"].email
      # A person looks at a migration that failed, before it runs again.
      max_retries = 0
      timeout     = "3600s"

      vpc_access {
        egress = "PRIVATE_RANGES_ONLY"
        network_interfaces {
          network    = var.network.id
          subnetwork = var.network.subnet_id
        }
      }

      containers {
        name    = "migrate"
        image   = var.image
        command = ["plinth"]
        args    = ["migrate", "up"]

        resources {
          limits = { cpu = "1", memory = "512Mi" }
        }

        dynamic "env" {
          for_each = var.settings.migrate
          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "env" {
          for_each = var.secrets.migrate
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
  }

  lifecycle {
    ignore_changes = [client, client_version]
  }
}
