mock_provider "google" {}

variables {
  name   = "plinth"
  region = "europe-west3"
  readers = {
    database-url       = { api = "api@example.com", worker = "worker@example.com" }
    database-admin-url = { migrate = "migrate@example.com" }
  }
}

run "secrets" {
  command = plan
  module {
    source = "./modules/secrets"
  }

  assert {
    condition     = output.ids == { database-url = "plinth-database-url", database-admin-url = "plinth-database-admin-url" }
    error_message = "Names of the secrets."
  }

  assert {
    condition = { for key, it in google_secret_manager_secret_iam_member.reader : key => it.member } == {
      "database-url/api"           = "serviceAccount:api@example.com"
      "database-url/worker"        = "serviceAccount:worker@example.com"
      "database-admin-url/migrate" = "serviceAccount:migrate@example.com"
    }
    error_message = "Each program reads its secrets and no other."
  }

  assert {
    condition     = alltrue([for it in google_secret_manager_secret_iam_member.reader : it.role == "roles/secretmanager.secretAccessor"])
    error_message = "Reading is all that a program may do."
  }

  assert {
    condition     = google_secret_manager_secret.this["database-url"].replication[0].user_managed[0].replicas[0].location == "europe-west3"
    error_message = "Secrets stay in the region."
  }
}
