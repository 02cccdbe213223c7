variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "network_id" {
  description = "Network that the instance has its only address in."
  type        = string
}

variable "settings" {
  type = object({
    tier                = string
    highly_available    = bool
    disk_gb             = number
    max_connections     = number
    backups             = number
    recovery_days       = number
    deletion_protection = bool
  })
}
