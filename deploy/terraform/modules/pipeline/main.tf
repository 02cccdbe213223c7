# How a GitHub workflow deploys: by the token that GitHub gives it, without a key that could leak.

locals {
  subject = "repo:${var.github.repository}:environment:${var.environment}"
}

resource "google_iam_workload_identity_pool" "github" {
  workload_identity_pool_id = "${var.name}-github"
}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"

  attribute_mapping = { "google.subject" = "assertion.sub" }
  # The number stays with the repository; its name could pass to another owner.
  attribute_condition = join(" && ", [
    "assertion.sub == '${local.subject}'",
    "assertion.repository_id == '${var.github.repository_id}'",
  ])

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account" "deployer" {
  account_id   = "${var.name}-deployer"
  display_name = "Plinth: deployment of ${var.environment}"
}

resource "google_service_account_iam_member" "github" {
  service_account_id = google_service_account.deployer.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/subject/${local.subject}"
}

# It changes what runs on Cloud Run, and sees the rest, so that Terraform can compare. When the plan
# changes anything else, the workflow fails, and a person applies it.
resource "google_project_iam_member" "deployer" {
  for_each = toset([
    "roles/run.developer",
    "roles/viewer",
    "roles/iam.securityReviewer",
  ])

  project = var.project
  role    = each.key
  member  = google_service_account.deployer.member
}

resource "google_service_account_iam_member" "programs" {
  for_each           = var.service_accounts
  service_account_id = "projects/${var.project}/serviceAccounts/${each.value}"
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deployer.member
}

resource "google_artifact_registry_repository_iam_member" "deployer" {
  repository = var.registry
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.deployer.member
}

# The bucket is made by hand, before Terraform can have a state in it.
resource "google_storage_bucket_iam_member" "state" {
  bucket = "${var.project}-terraform"
  role   = "roles/storage.objectUser"
  member = google_service_account.deployer.member
}
