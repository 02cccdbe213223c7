output "ids" {
  description = "The names of the secrets in Secret Manager, once their readers can read them."
  value       = { for name, secret in google_secret_manager_secret.this : name => secret.secret_id }
  depends_on  = [google_secret_manager_secret_iam_member.reader]
}
