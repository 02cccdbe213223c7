output "id" {
  value = google_artifact_registry_repository.this.repository_id
}

output "url" {
  value = join("/", [
    "${google_artifact_registry_repository.this.location}-docker.pkg.dev",
    var.project,
    google_artifact_registry_repository.this.repository_id,
  ])
}
