locals {
  name = "plinth"
}

resource "google_project_service" "api" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "billingbudgets.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "monitoring.googleapis.com",
    "redis.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "servicenetworking.googleapis.com",
    "sqladmin.googleapis.com",
    "sts.googleapis.com",
  ])

  service            = each.key
  disable_on_destroy = false
}

module "network" {
  source     = "./modules/network"
  name       = local.name
  region     = var.region
  depends_on = [google_project_service.api]
}

module "database" {
  source     = "./modules/database"
  name       = local.name
  region     = var.region
  network_id = module.network.id
  settings   = var.database
}

module "redis" {
  source     = "./modules/redis"
  name       = local.name
  region     = var.region
  network_id = module.network.id
  settings   = var.redis
}

module "bucket" {
  source       = "./modules/bucket"
  account_id   = var.cloudflare_account_id
  name         = "${local.name}-${var.environment}"
  cors_origins = var.cors_origins
}

module "registry" {
  source     = "./modules/registry"
  project    = var.project
  name       = local.name
  region     = var.region
  depends_on = [google_project_service.api]
}

module "secrets" {
  source     = "./modules/secrets"
  name       = local.name
  region     = var.region
  readers    = local.readers
  depends_on = [google_project_service.api]
}

module "service" {
  source       = "./modules/service"
  name         = local.name
  region       = var.region
  image        = var.image
  agents_image = var.agents_image
  network      = { id = module.network.id, subnet_id = module.network.subnet_id }
  settings     = local.settings
  secrets      = local.secrets
  secret_ids   = module.secrets.ids
  api          = var.api
  worker       = var.worker
  depends_on   = [google_project_service.api]
}

module "pipeline" {
  source           = "./modules/pipeline"
  name             = local.name
  project          = var.project
  environment      = var.environment
  github           = var.github
  registry         = module.registry.id
  region           = var.region
  service_accounts = module.service.service_accounts
  depends_on       = [google_project_service.api]
}

module "monitoring" {
  source          = "./modules/monitoring"
  name            = local.name
  project         = var.project
  host            = trimprefix(module.service.url, "https://")
  max_connections = var.database.max_connections
  runbooks        = "https://github.com/${var.github.repository}/blob/main/docs/runbooks"
  email           = var.alert_email
  billing_account = var.billing_account
  monthly_budget  = var.monthly_budget
  depends_on      = [google_project_service.api]
}
