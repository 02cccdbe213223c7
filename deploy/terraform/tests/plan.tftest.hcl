# The plan of an environment, with its terraform.tfvars and the images in TF_VAR_…:
# scripts/deploy --dry-run shows it.

mock_provider "google" {}
mock_provider "cloudflare" {}

run "plan" {
  command = plan

  assert {
    condition = alltrue([
      for program in ["api", "worker"] : !contains(keys(local.secrets[program]), "PLINTH_DATABASE__ADMIN_URL")
    ])
    error_message = "API and worker must not know the login that migrates."
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
