# A whole environment, with its terraform.tfvars and the images in TF_VAR_…:
# scripts/deploy-checks/terraform runs it for each.

mock_provider "google" {}
mock_provider "cloudflare" {}

run "apply" {
  command = apply

  assert {
    condition     = output.registry == "${var.region}-docker.pkg.dev/${var.project}/plinth"
    error_message = "scripts/deploy looks for the images in the registry REGION-docker.pkg.dev/PROJECT/plinth."
  }

  assert {
    condition     = toset(keys(output.github)) == toset(["service_account", "workload_identity_provider"])
    error_message = "The deploy workflow needs both."
  }
}

run "an_image_by_tag_is_refused" {
  command = plan
  variables {
    image = "europe-west3-docker.pkg.dev/plinth/plinth/plinth:latest"
  }
  expect_failures = [var.image]
}

run "an_agents_image_by_tag_is_refused" {
  command = plan
  variables {
    agents_image = "europe-west3-docker.pkg.dev/plinth/plinth/agents:latest"
  }
  expect_failures = [var.agents_image]
}

run "more_connections_than_the_database_has_are_refused" {
  command = plan
  variables {
    api = {
      min_instances = 0
      max_instances = 100
      concurrency   = 80
      cpu           = 1
      memory        = "1Gi"
      connections   = 16
    }
  }
  expect_failures = [var.database]
}

run "a_worker_without_memory_for_its_files_is_refused" {
  command = plan
  variables {
    worker = {
      instances   = 1
      cpu         = 2
      memory_gib  = 4
      inspections = 2
      connections = 8
    }
  }
  expect_failures = [var.worker]
}
