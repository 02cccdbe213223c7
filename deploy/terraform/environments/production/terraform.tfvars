# Replace the names of project, accounts and repository by your own.
project               = "plinth-production"
region                = "europe-west3"
environment           = "production"
billing_account       = "000000-000000-000000"
monthly_budget        = 2000
alert_email           = "alerts@example.com"
cors_origins          = ["https://app.example.com"]
cloudflare_account_id = "00000000000000000000000000000000"

mail = {
  kind     = "smtp"
  host     = "smtp.example.com"
  from     = "no-reply@example.com"
  username = "plinth"
}

github = {
  repository    = "example/plinth"
  repository_id = "1"
}

api = {
  min_instances = 2
  max_instances = 10
  concurrency   = 200
  cpu           = 2
  memory        = "2Gi"
  connections   = 16
}

worker = {
  instances   = 2
  cpu         = 4
  memory_gib  = 8
  inspections = 2
  connections = 16
}

database = {
  tier                = "db-custom-4-15360"
  highly_available    = true
  disk_gb             = 100
  max_connections     = 500
  backups             = 30
  recovery_days       = 7
  deletion_protection = true
}

redis = {
  memory_gb        = 2
  highly_available = true
}
