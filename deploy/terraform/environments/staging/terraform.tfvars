# Replace the names of project, accounts and repository by your own.
project               = "plinth-staging"
region                = "europe-west3"
environment           = "staging"
billing_account       = "000000-000000-000000"
monthly_budget        = 250
alert_email           = "staging-alerts@example.com"
cors_origins          = ["https://staging.example.com"]
cloudflare_account_id = "00000000000000000000000000000000"

mail = {
  kind = "none"
}

github = {
  repository    = "example/plinth"
  repository_id = "1"
}

api = {
  min_instances = 0
  max_instances = 4
  concurrency   = 80
  cpu           = 1
  memory        = "1Gi"
  connections   = 8
}

worker = {
  instances   = 1
  cpu         = 2
  memory_gib  = 4
  inspections = 1
  connections = 8
}

database = {
  tier                = "db-custom-1-3840"
  highly_available    = false
  disk_gb             = 20
  max_connections     = 100
  backups             = 7
  recovery_days       = 3
  deletion_protection = true
}

redis = {
  memory_gb        = 1
  highly_available = false
}
