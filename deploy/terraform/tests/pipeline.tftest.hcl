mock_provider "google" {
  mock_resource "google_iam_workload_identity_pool" {
    defaults = { name = "projects/1/locations/global/workloadIdentityPools/plinth-github" }
  }
  mock_resource "google_service_account" {
    defaults = {
      name   = "projects/plinth/serviceAccounts/plinth-deployer@plinth.iam.gserviceaccount.com"
      member = "serviceAccount:plinth-deployer@plinth.iam.gserviceaccount.com"
    }
  }
}

variables {
  name             = "plinth"
  project          = "plinth-staging"
  region           = "europe-west3"
  environment      = "staging"
  github           = { repository = "example/plinth", repository_id = "42" }
  registry         = "plinth"
  service_accounts = { api = "api@example.com" }
}

run "pipeline" {
  command = apply
  module {
    source = "./modules/pipeline"
  }

  assert {
    condition     = google_iam_workload_identity_pool_provider.github.attribute_condition == "assertion.sub == 'repo:example/plinth:environment:staging' && assertion.repository_id == '42'"
    error_message = "Only this environment of this repository deploys."
  }

  assert {
    condition     = google_service_account_iam_member.github.member == "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/plinth-github/subject/repo:example/plinth:environment:staging"
    error_message = "Only this environment of this repository becomes the deployer."
  }

  assert {
    condition     = toset(keys(google_project_iam_member.deployer)) == toset(["roles/iam.securityReviewer", "roles/run.developer", "roles/viewer"])
    error_message = "The deployer changes nothing but Cloud Run."
  }

  assert {
    condition     = google_service_account_iam_member.programs["api"].service_account_id == "projects/plinth-staging/serviceAccounts/api@example.com"
    error_message = "The deployer acts as the programs' identities only."
  }

  assert {
    condition     = google_storage_bucket_iam_member.state.bucket == "plinth-staging-terraform"
    error_message = "The deployer writes the state."
  }
}
