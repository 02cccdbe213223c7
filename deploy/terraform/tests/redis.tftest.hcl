mock_provider "google" {}

variables {
  name       = "plinth"
  region     = "europe-west3"
  network_id = "network"
  settings   = { memory_gb = 1, highly_available = false }
}

run "redis" {
  command = plan
  module {
    source = "./modules/redis"
  }

  assert {
    condition = alltrue([
      google_redis_instance.this.auth_enabled,
      google_redis_instance.this.authorized_network == "network",
      google_redis_instance.this.connect_mode == "PRIVATE_SERVICE_ACCESS",
    ])
    error_message = "Redis has a password, and an address in the private network."
  }

  assert {
    condition     = google_redis_instance.this.tier == "BASIC"
    error_message = "One node."
  }
}

run "two_nodes" {
  command = plan
  module {
    source = "./modules/redis"
  }
  variables {
    settings = { memory_gb = 1, highly_available = true }
  }

  assert {
    condition     = google_redis_instance.this.tier == "STANDARD_HA"
    error_message = "High availability takes a second node."
  }
}
