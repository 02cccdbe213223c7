output "url" {
  value = google_cloud_run_v2_service.api.uri
}

output "service_accounts" {
  description = "For each program the e-mail address of its identity."
  value       = { for program, account in google_service_account.program : program => account.email }
}
