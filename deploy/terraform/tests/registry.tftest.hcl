mock_provider "google" {}

run "registry" {
  command = plan
  module {
    source = "./modules/registry"
  }
  variables {
    project = "plinth-staging"
    name    = "plinth"
    region  = "europe-west3"
  }

  assert {
    condition     = output.url == "europe-west3-docker.pkg.dev/plinth-staging/plinth"
    error_message = "Where images are pushed."
  }

  assert {
    condition     = google_artifact_registry_repository.this.docker_config[0].immutable_tags
    error_message = "A tag never names another image."
  }

  assert {
    condition     = toset(google_artifact_registry_repository.this.cleanup_policies[*].action) == toset(["DELETE", "KEEP"])
    error_message = "Old images go, and the newest stay."
  }
}
