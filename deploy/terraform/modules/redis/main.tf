# Rate limits and signals. Nothing in it must be kept, so nothing is persisted.

resource "google_redis_instance" "this" {
  name               = var.name
  region             = var.region
  tier               = var.settings.highly_available ? "STANDARD_HA" : "BASIC"
  memory_size_gb     = var.settings.memory_gb
  redis_version      = "REDIS_7_2"
  authorized_network = var.network_id
  connect_mode       = "PRIVATE_SERVICE_ACCESS"
  auth_enabled       = true
  # Memorystore signs with an authority of the instance's own, and the programs accept public ones
  # only. The address is in the private network, where only Cloud Run is.
  transit_encryption_mode = "DISABLED"

  redis_configs = {
    # Counters of rate limits have a time to live. Those that end first go first.
    maxmemory-policy = "volatile-ttl"
  }

  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
      start_time {
        hours   = 3
        minutes = 0
      }
    }
  }
}
