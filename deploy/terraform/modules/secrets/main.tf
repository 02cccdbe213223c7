# Secrets without their values, which are never in Terraform's state: scripts/deploy-secrets adds them.

locals {
  readings = merge([
    for secret, readers in var.readers : {
      for program, account in readers : "${secret}/${program}" => { secret = secret, account = account }
    }
  ]...)
}

resource "google_secret_manager_secret" "this" {
  for_each  = var.readers
  secret_id = "${var.name}-${each.key}"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

# Each program reads its own secrets and no other.
resource "google_secret_manager_secret_iam_member" "reader" {
  for_each  = local.readings
  secret_id = google_secret_manager_secret.this[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${each.value.account}"
}
