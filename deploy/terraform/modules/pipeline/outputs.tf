output "service_account" {
  value = google_service_account.deployer.email
}

output "provider" {
  value = google_iam_workload_identity_pool_provider.github.name
}
