# Write-only and ephemeral values are not used, so that every resource can be tested with a mock.
terraform {
  required_version = "~> 1.11"

  required_providers {
    google = {
      source = "hashicorp/google"
      # The version whose schemas scripts/deploy-checks/terraform tests with.
      version = "6.50.0"
    }
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "5.14.0"
    }
  }

  # environments/ENV/backend.hcl names the bucket.
  backend "gcs" {}
}

provider "google" {
  project = var.project
  region  = var.region

  # Budgets belong to the billing account. Their API needs a project for its quota.
  billing_project       = var.project
  user_project_override = true
}

# The token is in CLOUDFLARE_API_TOKEN; else scripts/deploy takes the one in Secret Manager.
provider "cloudflare" {}
