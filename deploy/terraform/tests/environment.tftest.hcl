# A whole environment, with its terraform.tfvars: scripts/deploy-checks/terraform/run runs it for each.

mock_provider "google" {}
mock_provider "cloudflare" {}

variables {
  image        = "europe-west3-docker.pkg.dev/plinth/plinth/plinth@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  agents_image = "europe-west3-docker.pkg.dev/plinth/plinth/agents@sha256:0000000000000000000000000000000000000000000000000000000000000000"
}

run "plan" {
  command = plan

  assert {
    condition     = keys(local.secrets.api) == sort(setsubtract(keys(local.secrets.api), ["PLINTH_DATABASE__ADMIN_URL", "PLINTH_DATABASE__APPLICATION_PASSWORD"]))
    error_message = "The API must not know the login that migrates."
  }

  assert {
    condition = alltrue([
      for secrets in local.secrets : alltrue([for variable in ["PLINTH_DATABASE__URL", "PLINTH_SECURITY__SECRET_KEY"] : contains(keys(secrets), variable)])
    ])
    error_message = "Every program needs the URL of the database and the key: it would end with 78."
  }

  assert {
    condition     = local.settings.api.PLINTH_STORAGE__BUCKET == "plinth-${var.environment}"
    error_message = "Each environment has a bucket of its own."
  }

  assert {
    condition     = tonumber(local.seconds_after_sigterm) + 8 < 10
    error_message = "Cloud Run kills a process 10 s after SIGTERM."
  }

  assert {
    condition     = var.database.deletion_protection
    error_message = "The database must not be deleted by mistake."
  }
}

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
