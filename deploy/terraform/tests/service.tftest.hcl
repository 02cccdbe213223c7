mock_provider "google" {}

variables {
  name         = "plinth"
  region       = "europe-west3"
  image        = "registry/plinth@sha256:0"
  agents_image = "registry/agents@sha256:1"
  network      = { id = "network", subnet_id = "subnet" }
  api          = { min_instances = 0, max_instances = 4, concurrency = 80, cpu = 1, memory = "1Gi" }
  worker       = { instances = 3, cpu = 2, memory_gib = 4 }
  secret_ids   = { database-url = "plinth-database-url", agents-token = "plinth-agents-token" }
  settings = {
    api     = { PLINTH_ENVIRONMENT = "production" }
    worker  = { PLINTH_ENVIRONMENT = "production" }
    migrate = { PLINTH_ENVIRONMENT = "production" }
  }
  secrets = {
    api     = { PLINTH_DATABASE__URL = "database-url" }
    worker  = { PLINTH_DATABASE__URL = "database-url" }
    migrate = { PLINTH_DATABASE__URL = "database-url" }
  }
}

run "service" {
  command = apply
  module {
    source = "./modules/service"
  }

  # The names that scripts/deploy uses.
  assert {
    condition = [
      google_cloud_run_v2_service.api.name,
      google_cloud_run_v2_worker_pool.worker.name,
      google_cloud_run_v2_job.migrate.name,
    ] == ["plinth-api", "plinth-worker", "plinth-migrate"]
    error_message = "scripts/deploy would not find them."
  }

  assert {
    condition = [
      google_cloud_run_v2_service.api.template[0].containers[0].startup_probe[0].http_get[0].path,
      google_cloud_run_v2_service.api.template[0].containers[0].liveness_probe[0].http_get[0].path,
    ] == ["/health", "/health"]
    error_message = "Probes must not ask for what a new instance does not mend."
  }

  assert {
    condition = alltrue([
      google_cloud_run_v2_service.api.template[0].scaling[0].min_instance_count == 0,
      google_cloud_run_v2_service.api.template[0].scaling[0].max_instance_count == 4,
      google_cloud_run_v2_service.api.template[0].max_instance_request_concurrency == 80,
      google_cloud_run_v2_service.api.template[0].session_affinity == false,
    ])
    error_message = "Scaling of the API."
  }

  assert {
    condition     = google_cloud_run_v2_service.api.template[0].containers[0].resources[0].cpu_idle == false
    error_message = "The leader of the sequencer works between requests."
  }

  assert {
    condition     = google_cloud_run_v2_worker_pool.worker.scaling[0].manual_instance_count == 3
    error_message = "Number of workers."
  }

  assert {
    condition     = google_cloud_run_v2_worker_pool.worker.template[0].containers[*].name == tolist(["worker", "agents"])
    error_message = "The sidecar belongs beside the worker."
  }

  assert {
    condition = [
      for env in google_cloud_run_v2_worker_pool.worker.template[0].containers[0].env : env.value
      if env.name == "PLINTH_AGENTS__API_URL"
    ] == [google_cloud_run_v2_service.api.uri]
    error_message = "Agents reach the API of this environment."
  }

  assert {
    condition     = google_cloud_run_v2_job.migrate.template[0].template[0].containers[0].args == tolist(["migrate", "up"])
    error_message = "The job migrates."
  }

  assert {
    condition     = google_cloud_run_v2_job.migrate.template[0].template[0].max_retries == 0
    error_message = "A failed migration must not run again by itself."
  }

  # Secrets are references, never values.
  assert {
    condition = alltrue([
      for env in concat(
        tolist(google_cloud_run_v2_service.api.template[0].containers[0].env),
        tolist(google_cloud_run_v2_job.migrate.template[0].template[0].containers[0].env),
      ) : env.value == null && env.value_source[0].secret_key_ref[0].secret == "plinth-database-url"
      if env.name == "PLINTH_DATABASE__URL"
    ])
    error_message = "A secret must come from Secret Manager."
  }

  assert {
    condition = length(distinct([
      google_cloud_run_v2_service.api.template[0].service_account,
      google_cloud_run_v2_worker_pool.worker.template[0].service_account,
      google_cloud_run_v2_job.migrate.template[0].template[0].service_account,
    ])) == 3
    error_message = "Each program has an identity of its own."
  }
}
