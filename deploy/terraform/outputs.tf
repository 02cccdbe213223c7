output "url" {
  description = "Where clients reach the API."
  value       = module.service.url
}

output "registry" {
  description = "Where images are pushed: REGISTRY/plinth and REGISTRY/agents."
  value       = module.registry.url
}

output "database" {
  description = "The database, for scripts/deploy-secrets."
  value       = module.database.connection
}

output "redis" {
  description = "Redis, for scripts/deploy-secrets."
  value       = module.redis.connection
}

output "github" {
  description = "What the deploy workflow gives google-github-actions/auth."
  value = {
    workload_identity_provider = module.pipeline.provider
    service_account            = module.pipeline.service_account
  }
}
